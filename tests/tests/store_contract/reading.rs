//! Reading events: laws 1 and 6.

use crate::{
    on_every_store,
    store_common::{NOW, Outcome, accepted, append, at, event, one, stored, stream, with_receipt},
};
use jangle::{
    CommandId, EventId, Metadata,
    store::{NewEvent, Store, StoredEvent, StreamId, partition_of},
};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

on_every_store! {
    an_event_is_read_as_it_was_stored,
    names_and_payloads_may_be_any_text,
    a_stream_is_read_page_by_page,
    all_events_are_read_page_by_page,
    events_are_read_at_their_positions,
    the_head_is_the_highest_position,
    what_is_not_there_is_read_as_nothing,
    no_reader_passes_an_event_that_becomes_visible_later,
}

fn positions(events: &[StoredEvent]) -> Vec<u64> {
    events.iter().map(|event| event.position).collect()
}

async fn an_event_is_read_as_it_was_stored(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    let mut metadata = Metadata::default();
    metadata.correlation = Some("business".to_owned());
    metadata.causation = Some(EventId::from_uuid(Uuid::now_v7()));
    metadata.command_id = Some(CommandId::new());
    metadata.user.insert("who".to_owned(), "teller 7".to_owned());
    let new = NewEvent {
        name: "bank.opened".into(),
        schema_version: 3,
        metadata,
        occurred_at: Some(at(-86_400)),
        ..event(&a, r#"{"limit":100}"#)
    };
    stored(&*store, append(&a, 0, vec![new.clone()])).await?;
    let expected = StoredEvent {
        id: new.id,
        partition: partition_of(&a),
        stream: a.clone(),
        version: 1,
        position: 1,
        name: new.name,
        schema_version: 3,
        payload: new.payload,
        metadata: new.metadata,
        recorded_at: NOW,
        occurred_at: new.occurred_at,
    };
    assert_eq!(store.read_stream(a, 0, 10).await?, std::slice::from_ref(&expected));
    assert_eq!(store.read_all(0, 10).await?, std::slice::from_ref(&expected));
    assert_eq!(store.read_at(vec![1]).await?, [expected]);
    Ok(())
}

async fn names_and_payloads_may_be_any_text(store: Arc<dyn Store>) -> Outcome {
    let odd = ["", "'", "\"", "a\0b", "%", "_", "ü 🦀", "; DROP TABLE jangle_events; --", "\\", "\r\n"];
    for name in odd {
        let stream = StreamId::new(name, format!("{name}{name}"));
        let new = NewEvent { name: name.into(), ..event(&stream, name) };
        stored(&*store, append(&stream, 0, vec![new])).await?;
        let read = store.read_stream(stream.clone(), 0, 10).await?;
        assert_eq!(read.len(), 1, "{name:?}");
        assert_eq!((&read[0].stream, &*read[0].name, &*read[0].payload), (&stream, name, name));
    }
    Ok(())
}

async fn a_stream_is_read_page_by_page(store: Arc<dyn Store>) -> Outcome {
    let (a, b) = (stream("a"), stream("b"));
    for version in 0..5 {
        stored(&*store, append(&a, version, vec![event(&a, "{}")])).await?;
        stored(&*store, append(&b, version, vec![event(&b, "{}")])).await?;
    }
    let page = |after, limit| store.read_stream(a.clone(), after, limit);
    let versions = |events: Vec<StoredEvent>| events.iter().map(|event| event.version).collect::<Vec<_>>();
    assert_eq!(versions(page(0, 2).await?), [1, 2]);
    assert_eq!(versions(page(2, 2).await?), [3, 4]);
    assert_eq!(versions(page(4, 2).await?), [5]);
    assert_eq!(versions(page(5, 2).await?), [0; 0]);
    assert_eq!(versions(page(0, usize::MAX).await?), [1, 2, 3, 4, 5]);
    assert_eq!(versions(page(u64::MAX, 1).await?), [0; 0]);
    assert_eq!(versions(page(0, 0).await?), [0; 0]);
    Ok(())
}

async fn all_events_are_read_page_by_page(store: Arc<dyn Store>) -> Outcome {
    for id in ["a", "b", "c", "d", "e"] {
        stored(&*store, one(&stream(id), 0)).await?;
    }
    assert_eq!(positions(&store.read_all(0, 2).await?), [1, 2]);
    assert_eq!(positions(&store.read_all(2, 2).await?), [3, 4]);
    assert_eq!(positions(&store.read_all(4, usize::MAX).await?), [5]);
    assert_eq!(positions(&store.read_all(u64::MAX, 2).await?), [0; 0]);
    Ok(())
}

async fn events_are_read_at_their_positions(store: Arc<dyn Store>) -> Outcome {
    for id in ["a", "b", "c", "d"] {
        stored(&*store, one(&stream(id), 0)).await?;
    }
    assert_eq!(positions(&store.read_at(vec![4, 9, 2, 0, 2, u64::MAX]).await?), [2, 4]);
    assert_eq!(positions(&store.read_at(vec![]).await?), [0; 0]);
    Ok(())
}

async fn the_head_is_the_highest_position(store: Arc<dyn Store>) -> Outcome {
    assert_eq!(store.head().await?, 0);
    let a = stream("a");
    stored(&*store, append(&a, 0, vec![event(&a, "{}"), event(&a, "{}")])).await?;
    assert_eq!(store.head().await?, 2);
    store.append(vec![one(&a, 9)]).await?;
    assert_eq!(store.head().await?, 2);
    assert_eq!(stored(&*store, one(&a, 2)).await?.position, 3);
    Ok(())
}

async fn what_is_not_there_is_read_as_nothing(store: Arc<dyn Store>) -> Outcome {
    assert_eq!(store.read_stream(stream("none"), 0, 10).await?, []);
    assert_eq!(store.read_all(0, 10).await?, []);
    assert_eq!(store.receipt(CommandId::new()).await?, None);
    Ok(())
}

async fn no_reader_passes_an_event_that_becomes_visible_later(store: Arc<dyn Store>) -> Outcome {
    const WRITERS: u64 = 6;
    const EACH: u64 = 40;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let store = Arc::clone(&store);
        writers.spawn(async move {
            let (own, shared) = (stream(&format!("own {writer}")), stream(&format!("shared {}", writer % 2)));
            for version in 0..EACH {
                let events = vec![event(&own, "{}"), event(&shared, "{}")];
                let append = with_receipt(CommandId::new(), accepted("1"), append(&own, version, events));
                stored(&*store, append).await?;
            }
            Outcome::Ok(())
        });
    }
    // The reader goes on from the last position that it saw, as a lane does.
    let mut seen: Vec<u64> = Vec::new();
    while (seen.len() as u64) < WRITERS * EACH * 2 {
        let events = store.read_all(seen.last().copied().unwrap_or(0), 7).await?;
        seen.extend(positions(&events));
        if events.is_empty() {
            tokio::task::yield_now().await;
            while let Some(ended) = writers.try_join_next() {
                ended??;
            }
        }
        let again = store.read_all(0, seen.len()).await?;
        assert_eq!(positions(&again), seen, "an event became visible behind the reader");
    }
    for id in ["shared 0", "shared 1"] {
        let versions: Vec<_> =
            store.read_stream(stream(id), 0, 1000).await?.iter().map(|event| event.version).collect();
        assert_eq!(versions, (1..=WRITERS / 2 * EACH).collect::<Vec<_>>());
    }
    Ok(())
}

#[test]
fn streams_are_spread_over_all_partitions() {
    let of = |ids: std::ops::Range<u32>, named: fn(u32) -> String| {
        let mut partitions: BTreeMap<u8, usize> = BTreeMap::new();
        for id in ids {
            *partitions.entry(partition_of(&stream(&named(id)))).or_default() += 1;
        }
        (partitions.len(), partitions.values().copied().max().unwrap_or(0))
    };
    let (used, most) = of(1..100, |id| id.to_string());
    assert!(used >= 45 && most <= 6, "{used} {most}");
    for named in [|id: u32| id.to_string(), |id| format!("acc-{id:06}"), |id| format!("{id}@example.org")] {
        let (used, most) = of(0..6_400, named);
        assert!(used == 64 && most <= 150, "{used} {most}");
    }
}
