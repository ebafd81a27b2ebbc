//! Appending.

use super::{
    kit::{accepted, after, all_events, append, event, first_event, one, rise, stored, stream, versions, with_receipt},
    violation::{Outcome, holds, same},
};
use crate::{
    CommandId,
    store::{AppendResult, Store, StreamId},
};
use std::sync::Arc;

pub(super) async fn an_append_over_several_streams_is_stored_whole(store: Arc<dyn Store>) -> Outcome {
    let (a, b) = (stream("a"), stream("b"));
    let events = vec![event(&a), event(&b), event(&a)];
    let ids: Vec<_> = events.iter().map(|event| event.id).collect();
    let appended = stored(&*store, append(&a, 0, events)).await?;
    let (answered, places): (Vec<_>, Vec<_>) = appended.events.iter().copied().unzip();
    same("the versions in the answer", answered, [1, 1, 2])?;
    holds("the positions in the answer", "each higher than the one before", &places, rise(&places))?;
    same(
        "the version and the head in the answer",
        (appended.version, Some(appended.position)),
        (2, places.last().copied()),
    )?;
    let all = all_events(&*store).await?;
    let found: Vec<_> = all.iter().map(|event| (event.id, &event.stream, event.version, event.position)).collect();
    let expected = [(ids[0], &a, 1, places[0]), (ids[1], &b, 1, places[1]), (ids[2], &a, 2, places[2])];
    same("all events", found, expected)
}

pub(super) async fn versions_go_on_where_the_stream_ends(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    for version in 0..20 {
        let appended = stored(&*store, one(&a, version)).await?;
        same("the stream's version after an append", appended.version, version + 1)?;
        same("the event's version", appended.events.first().map(|(version, _)| *version), Some(version + 1))?;
    }
    let found = versions(&store.read_stream(a, 0, 100).await?);
    same("the versions of the stream", found, (1..=20).collect::<Vec<_>>())
}

pub(super) async fn an_append_is_stored_once(store: Arc<dyn Store>) -> Outcome {
    let (a, b) = (stream("a"), stream("b"));
    let batch = vec![one(&a, 0), append(&b, 0, vec![event(&b), event(&b)])];
    let expected: Vec<_> = batch.iter().flat_map(|append| &append.events).map(|event| event.id).collect();
    let results = store.append(batch).await?;
    holds("the answer to a batch of two", "two results", &results, results.len() == 2)?;
    let found: Vec<_> = all_events(&*store).await?.into_iter().map(|event| event.id).collect();
    same("the ids of all events", found, expected)?;
    same("the versions of the stream", versions(&store.read_stream(b, 0, 10).await?), [1, 2])
}

pub(super) async fn positions_rise_in_the_order_of_appends(store: Arc<dyn Store>) -> Outcome {
    let mut places = Vec::new();
    for round in 0..5 {
        for id in ["a", "b", "c"] {
            let appended = stored(&*store, one(&stream(id), round)).await?;
            places.extend(appended.events.iter().map(|(_, position)| *position));
        }
        // What fails may leave a gap, and nothing else.
        store.append(vec![one(&stream("a"), 99)]).await?;
    }
    holds("the positions of one append after another", "each higher than the one before", &places, rise(&places))?;
    let found: Vec<_> = all_events(&*store).await?.iter().map(|event| event.position).collect();
    same("the positions of all events", found, places)
}

fn name(name: &str) -> StreamId {
    StreamId::new("name", name)
}

pub(super) async fn a_stream_that_must_be_new_must_be_empty(store: Arc<dyn Store>) -> Outcome {
    let (a, taken) = (stream("a"), name("taken"));
    stored(&*store, append(&a, 0, vec![event(&a), first_event(&taken)])).await?;
    let results = store.append(vec![append(&a, 1, vec![event(&a), first_event(&taken)])]).await?;
    same("a second event that must be its stream's first", results, [AppendResult::Exists { stream: taken }])?;
    same("how many events are stored", all_events(&*store).await?.len(), 2)
}

pub(super) async fn a_stream_is_new_only_once_within_an_append(store: Arc<dyn Store>) -> Outcome {
    let (a, taken) = (stream("a"), name("taken"));
    let results = store.append(vec![append(&a, 0, vec![first_event(&taken), first_event(&taken)])]).await?;
    same("two events that must each be the first", results, [AppendResult::Exists { stream: taken }])?;
    let results = store.append(vec![append(&a, 0, vec![event(&a), first_event(&a)])]).await?;
    same("an event that must be the first behind another", results, [AppendResult::Exists { stream: a }])?;
    same("how many events are stored", all_events(&*store).await?.len(), 0)
}

pub(super) async fn an_append_that_is_dropped_stores_none_of_its_events(store: Arc<dyn Store>) -> Outcome {
    let (a, b, taken) = (stream("a"), stream("b"), name("taken"));
    stored(&*store, append(&taken, 0, vec![first_event(&taken)])).await?;
    let id = CommandId::new();
    let dropped = append(&a, 0, vec![event(&a), event(&b), first_event(&taken)]);
    let batch = vec![with_receipt(id, accepted("1"), dropped), after(vec![0], one(&a, 1)), one(&b, 0)];
    let results = store.append(batch).await?;
    let shape = matches!(&results[..], [AppendResult::Exists { stream }, AppendResult::Undone, AppendResult::Appended(_)] if *stream == taken);
    holds("a batch whose first append cannot be stored", "`Exists`, `Undone`, `Appended`", &results, shape)?;
    same("the versions of the dropped append's stream", versions(&store.read_stream(a, 0, 10).await?), [0; 0])?;
    same("the versions of the other stream", versions(&store.read_stream(b, 0, 10).await?), [1])?;
    same("the receipt of the dropped append", store.receipt(id).await?, None)
}

pub(super) async fn a_batch_of_nothing_is_answered_with_nothing(store: Arc<dyn Store>) -> Outcome {
    same("the answer to a batch of nothing", store.append(vec![]).await?, [])
}
