//! Reading events.

use super::{
    kit::{NOW, all_events, append, at, event, one, positions, rise, stored, stream, versions},
    violation::{Outcome, holds, same},
};
use crate::{
    CommandId, EventId, Metadata,
    store::{NewEvent, Store, StoredEvent, StreamId, partition_of},
};
use std::sync::Arc;
use uuid::Uuid;

pub(super) async fn an_event_is_read_as_it_was_stored(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    let metadata = Metadata {
        correlation: Some("business".to_owned()),
        causation: Some(EventId::from_uuid(Uuid::now_v7())),
        command_id: Some(CommandId::new()),
        user: [("who".to_owned(), "teller 7".to_owned())].into(),
    };
    let new = NewEvent {
        name: "bank.opened".into(),
        schema_version: 3,
        payload: r#"{"limit": 100, "by": "ann"}"#.to_owned(),
        metadata,
        occurred_at: Some(at(-86_400)),
        ..event(&a)
    };
    let appended = stored(&*store, append(&a, 0, vec![new.clone()])).await?;
    let position = appended.position;
    let expected = [StoredEvent {
        id: new.id,
        partition: partition_of(&a),
        stream: a.clone(),
        version: 1,
        position,
        name: new.name,
        schema_version: 3,
        payload: new.payload,
        metadata: new.metadata,
        recorded_at: NOW,
        occurred_at: new.occurred_at,
    }];
    same("the event, read from its stream", store.read_stream(a, 0, 10).await?.as_slice(), &expected[..])?;
    same("the event, read among all", store.read_all(0, 10).await?.as_slice(), &expected[..])?;
    same("the event, read at its position", store.read_at(vec![position]).await?.as_slice(), &expected[..])
}

pub(super) async fn a_stream_is_read_page_by_page(store: Arc<dyn Store>) -> Outcome {
    let (a, b) = (stream("a"), stream("b"));
    for version in 0..5 {
        stored(&*store, one(&a, version)).await?;
        stored(&*store, one(&b, version)).await?;
    }
    let pages: [(u64, usize, &[u64]); 7] = [
        (0, 2, &[1, 2]),
        (2, 2, &[3, 4]),
        (4, 2, &[5]),
        (5, 2, &[]),
        (0, usize::MAX, &[1, 2, 3, 4, 5]),
        (u64::MAX, 1, &[]),
        (0, 0, &[]),
    ];
    for (after, limit, expected) in pages {
        let page = versions(&store.read_stream(a.clone(), after, limit).await?);
        same(&format!("at most {limit} events of the stream above version {after}"), page.as_slice(), expected)?;
    }
    Ok(())
}

pub(super) async fn all_events_are_read_page_by_page(store: Arc<dyn Store>) -> Outcome {
    let mut stored_at = Vec::new();
    for id in ["a", "b", "c", "d", "e"] {
        stored_at.push(stored(&*store, one(&stream(id), 0)).await?.position);
    }
    let [_, second, _, fourth, fifth] = stored_at[..] else { return Ok(()) };
    let pages: [(u64, usize, &[u64]); 7] = [
        (0, 2, &stored_at[..2]),
        (second, 2, &stored_at[2..4]),
        (fourth, usize::MAX, &stored_at[4..]),
        (0, usize::MAX, &stored_at),
        (fifth, 2, &[]),
        (u64::MAX, 2, &[]),
        (0, 0, &[]),
    ];
    for (after, limit, expected) in pages {
        let page = positions(&store.read_all(after, limit).await?);
        same(&format!("at most {limit} of all events above position {after}"), page.as_slice(), expected)?;
    }
    Ok(())
}

pub(super) async fn events_are_read_at_their_positions(store: Arc<dyn Store>) -> Outcome {
    let mut stored_at = Vec::new();
    for id in ["a", "b", "c", "d"] {
        stored_at.push(stored(&*store, one(&stream(id), 0)).await?.position);
    }
    let [_, second, _, fourth] = stored_at[..] else { return Ok(()) };
    let asked = vec![fourth, fourth + 1_000, second, 0, second, u64::MAX];
    let found = positions(&store.read_at(asked).await?);
    same("the events at positions in any order, some twice, some without an event", found, [second, fourth])?;
    same("the events at no position", positions(&store.read_at(vec![]).await?), [0; 0])
}

pub(super) async fn the_head_is_the_highest_position(store: Arc<dyn Store>) -> Outcome {
    same("the head of an empty store", store.head().await?, 0)?;
    let a = stream("a");
    let first = stored(&*store, append(&a, 0, vec![event(&a), event(&a)])).await?;
    same("the head", store.head().await?, first.position)?;
    store.append(vec![one(&a, 9)]).await?;
    let highest = all_events(&*store).await?.last().map(|event| event.position);
    same("the highest position after an append that was not stored", highest, Some(first.position))?;
    let second = stored(&*store, one(&a, 2)).await?;
    let both = [first.position, second.position];
    holds("the heads after two appends", "rising", &both, rise(&both))?;
    same("the head", store.head().await?, second.position)
}

pub(super) async fn each_type_of_aggregates_is_named_once(store: Arc<dyn Store>) -> Outcome {
    for (aggregate_type, id) in [("card", "a"), ("account", "a"), ("account", "b"), ("Card", "a"), ("a'b", "a")] {
        stored(&*store, one(&StreamId::new(aggregate_type, id), 0)).await?;
    }
    let names = ["Card", "a'b", "account", "card"].map(Arc::from);
    same("the types of aggregates that have events", store.aggregate_types().await?, names)
}

pub(super) async fn what_is_not_there_is_read_as_nothing(store: Arc<dyn Store>) -> Outcome {
    same("a stream without events", store.read_stream(stream("none"), 0, 10).await?.len(), 0)?;
    same("the types of aggregates of an empty store", store.aggregate_types().await?, [])?;
    same("all events of an empty store", store.read_all(0, 10).await?.len(), 0)?;
    same("the receipt of an unknown id", store.receipt(CommandId::new()).await?, None)
}
