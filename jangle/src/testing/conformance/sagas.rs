//! Sagas.

use super::{
    kit::{NOW, Threads, at, stream},
    violation::{Broken, Outcome, holds, same},
};
use crate::{
    EventId, Metadata,
    store::{
        SagaEntry, SagaFilter, SagaId, SagaStatus, SaveSaga, Store, StoredEvent, StoredSaga, StreamId, partition_of,
    },
};
use std::sync::Arc;
use uuid::Uuid;

const SAGA: &str = "checkout";

fn saga(id: &str) -> SagaId {
    SagaId::new(SAGA, id)
}

/// An event of an aggregate; an own event has the position 0.
fn event(position: u64) -> StoredEvent {
    let stream = stream("a");
    StoredEvent {
        id: EventId::from_uuid(Uuid::from_u128(u128::from(position) + 1_000)),
        version: position,
        position,
        partition: partition_of(&stream),
        stream,
        name: "opened".into(),
        schema_version: 3,
        payload: format!("{{\"n\":{position}}}"),
        metadata: Metadata { correlation: Some("c".to_owned()), ..Metadata::default() },
        recorded_at: at(-5),
        occurred_at: Some(at(-7)),
    }
}

fn own(number: u128) -> StoredEvent {
    let stream = StreamId::new(SAGA, "7");
    StoredEvent {
        id: EventId::from_uuid(Uuid::from_u128(number)),
        partition: partition_of(&stream),
        stream,
        occurred_at: None,
        ..event(0)
    }
}

async fn received(store: &dyn Store, id: &SagaId, positions: &[u64]) -> Outcome {
    let events = positions.iter().map(|position| (id.clone(), event(*position))).collect();
    Ok(store.receive(events, NOW).await?)
}

async fn loaded(store: &dyn Store, id: &SagaId) -> Outcome<StoredSaga> {
    let found = store.load_saga(id.clone()).await?;
    found.ok_or_else(|| Broken::new("a saga that received an event", "a saga", &None::<StoredSaga>))
}

/// A change of `saga` that rests.
fn save(saga: &StoredSaga) -> SaveSaga {
    SaveSaga {
        id: saga.id.clone(),
        version: saga.version,
        arrived: saga.arrived,
        status: SagaStatus::Running,
        progress: "{\"step\":1}".to_owned(),
        error: None,
        wake_at: None,
        deadline_at: None,
        held_from: None,
        entries: Vec::new(),
        dropped: Vec::new(),
        now: at(1),
    }
}

async fn saved(store: &dyn Store, what: &str, save: SaveSaga) -> Outcome {
    same(what, store.save_saga(save).await?, true)
}

async fn refused(store: &dyn Store, what: &str, save: SaveSaga) -> Outcome {
    let before = store.load_saga(save.id.clone()).await?;
    let id = save.id.clone();
    same(what, store.save_saga(save).await?, false)?;
    same("the saga after a change that was refused", store.load_saga(id).await?, before)
}

fn positions(events: &[StoredEvent]) -> Vec<u64> {
    events.iter().map(|event| event.position).collect()
}

pub(super) async fn an_event_that_comes_twice_is_received_once(store: Arc<dyn Store>) -> Outcome {
    let id = saga("7");
    received(&*store, &id, &[1, 1]).await?;
    received(&*store, &id, &[1]).await?;
    let found = loaded(&*store, &id).await?;
    same("the inbox after one event came three times", found.inbox, vec![event(1)])?;
    same("how many events arrived", found.arrived, 1)?;
    same("how a saga stands that was never saved", (found.status, found.version), (SagaStatus::Waiting, 0))
}

pub(super) async fn an_event_may_come_for_two_sagas(store: Arc<dyn Store>) -> Outcome {
    let others = [saga("7"), saga("8"), SagaId::new("returns", "7")];
    let events = others.iter().map(|id| (id.clone(), event(1))).collect();
    store.receive(events, NOW).await?;
    for id in others {
        same("the inbox of one of three", loaded(&*store, &id).await?.inbox, vec![event(1)])?;
    }
    Ok(())
}

pub(super) async fn events_wait_by_position_whatever_their_order(store: Arc<dyn Store>) -> Outcome {
    let id = saga("7");
    received(&*store, &id, &[5, 2]).await?;
    received(&*store, &id, &[9, 1]).await?;
    same("the positions of the inbox", positions(&loaded(&*store, &id).await?.inbox), vec![1, 2, 5, 9])
}

pub(super) async fn a_saga_is_loaded_as_it_was_saved(store: Arc<dyn Store>) -> Outcome {
    let id = saga("7");
    received(&*store, &id, &[1, 2]).await?;
    let before = loaded(&*store, &id).await?;
    let change = SaveSaga {
        status: SagaStatus::Stuck,
        error: Some("no answer".to_owned()),
        wake_at: Some(at(60)),
        deadline_at: Some(at(90)),
        entries: vec![SagaEntry::Seen(event(2).id), SagaEntry::Own(own(1)), SagaEntry::Own(own(2))],
        ..save(&before)
    };
    saved(&*store, "a change of what was loaded", change.clone()).await?;
    let expected = StoredSaga {
        version: 1,
        status: SagaStatus::Stuck,
        progress: change.progress,
        error: change.error,
        wake_at: Some(at(60)),
        deadline_at: Some(at(90)),
        changed_at: at(1),
        events: vec![event(2), own(1), own(2)],
        inbox: vec![event(1)],
        ..before
    };
    same("the saga after a change", loaded(&*store, &id).await?, expected)
}

pub(super) async fn an_event_that_was_seen_leaves_the_inbox_and_does_not_come_again(store: Arc<dyn Store>) -> Outcome {
    let id = saga("7");
    received(&*store, &id, &[1]).await?;
    let change = SaveSaga { entries: vec![SagaEntry::Seen(event(1).id)], ..save(&loaded(&*store, &id).await?) };
    saved(&*store, "a change that sees an event", change).await?;
    received(&*store, &id, &[1]).await?;
    let found = loaded(&*store, &id).await?;
    same("the inbox after the event was seen and came again", positions(&found.inbox), Vec::<u64>::new())?;
    same("what was seen", found.events, vec![event(1)])?;
    same("when a saga wakes that rests", found.wake_at, None)
}

pub(super) async fn an_event_that_was_let_go_leaves_the_inbox(store: Arc<dyn Store>) -> Outcome {
    let id = saga("7");
    received(&*store, &id, &[1, 2]).await?;
    let change = SaveSaga { dropped: vec![event(1).id], ..save(&loaded(&*store, &id).await?) };
    saved(&*store, "a change that lets an event go", change).await?;
    let found = loaded(&*store, &id).await?;
    same("the inbox and the record", (positions(&found.inbox), found.events), (vec![2], vec![]))
}

pub(super) async fn a_save_of_another_version_stores_nothing(store: Arc<dyn Store>) -> Outcome {
    let id = saga("7");
    received(&*store, &id, &[1]).await?;
    let before = loaded(&*store, &id).await?;
    saved(&*store, "the first change", save(&before)).await?;
    let late = SaveSaga { entries: vec![SagaEntry::Own(own(1))], ..save(&before) };
    refused(&*store, "a change of an earlier version", late).await?;
    let other = SaveSaga { id: saga("8"), ..save(&before) };
    same("a change of a saga that is not there", store.save_saga(other).await?, false)
}

pub(super) async fn an_own_event_that_is_there_refuses_the_save(store: Arc<dyn Store>) -> Outcome {
    let id = saga("7");
    received(&*store, &id, &[1]).await?;
    let change = SaveSaga { entries: vec![SagaEntry::Own(own(1))], ..save(&loaded(&*store, &id).await?) };
    saved(&*store, "a change with an own event", change).await?;
    let entries = vec![SagaEntry::Own(own(2)), SagaEntry::Own(own(1))];
    let twice = SaveSaga { entries, ..save(&loaded(&*store, &id).await?) };
    refused(&*store, "a change with an own event that is there", twice).await
}

pub(super) async fn an_event_that_is_not_waiting_cannot_be_seen(store: Arc<dyn Store>) -> Outcome {
    let id = saga("7");
    received(&*store, &id, &[1]).await?;
    let before = loaded(&*store, &id).await?;
    let unknown = SaveSaga { entries: vec![SagaEntry::Seen(event(9).id)], ..save(&before) };
    refused(&*store, "a change that sees an event that never came", unknown).await?;
    let change = SaveSaga { entries: vec![SagaEntry::Seen(event(1).id)], ..save(&before) };
    saved(&*store, "a change that sees an event", change).await?;
    let again = SaveSaga { entries: vec![SagaEntry::Seen(event(1).id)], ..save(&loaded(&*store, &id).await?) };
    refused(&*store, "a change that sees an event for the second time", again).await
}

pub(super) async fn what_came_since_it_was_loaded_wakes_a_saga_that_would_rest(store: Arc<dyn Store>) -> Outcome {
    let id = saga("7");
    received(&*store, &id, &[5]).await?;
    let change = SaveSaga { entries: vec![SagaEntry::Seen(event(5).id)], ..save(&loaded(&*store, &id).await?) };
    received(&*store, &id, &[7]).await?;
    saved(&*store, "a change of what was loaded before another event came", change).await?;
    let due = store.due_sagas(SAGA.into(), at(1), 10).await?;
    same("which sagas are due", due.sagas, vec![id])?;
    same("the position from which something is to follow", due.held_from, Some(7))
}

pub(super) async fn a_saga_is_due_when_its_time_has_come_and_no_earlier(store: Arc<dyn Store>) -> Outcome {
    for (id, seconds) in [("7", 10), ("8", 20), ("9", 30)] {
        let id = saga(id);
        received(&*store, &id, &[1]).await?;
        saved(&*store, "a change", SaveSaga { wake_at: Some(at(seconds)), ..save(&loaded(&*store, &id).await?) })
            .await?;
    }
    let due = |seconds, limit| store.due_sagas(SAGA.into(), at(seconds), limit);
    let early = due(9, 10).await?;
    same("what is due before the first time", (early.sagas, early.next), (vec![], Some(at(10))))?;
    let some = due(20, 10).await?;
    same("what is due at the second time", (some.sagas, some.next), (vec![saga("7"), saga("8")], Some(at(30))))?;
    let all = due(40, 2).await?;
    same("two of what is due after all times", (all.sagas, all.next), (vec![saga("7"), saga("8")], None))?;
    same("what is due of another type", store.due_sagas("returns".into(), at(40), 10).await?.sagas, vec![])
}

pub(super) async fn what_is_to_follow_holds_the_lowest_position(store: Arc<dyn Store>) -> Outcome {
    let (one, other) = (saga("7"), saga("8"));
    let held = || async { Ok::<_, Broken>(store.due_sagas(SAGA.into(), NOW, 0).await?.held_from) };
    same("what holds before anything came", held().await?, None)?;
    received(&*store, &one, &[6, 4]).await?;
    received(&*store, &other, &[5]).await?;
    same("what holds after three events came", held().await?, Some(4))?;
    let busy = SaveSaga { held_from: Some(6), ..save(&loaded(&*store, &one).await?) };
    saved(&*store, "a change that goes on", busy).await?;
    same("what holds when the first saga has gone on", held().await?, Some(5))?;
    saved(&*store, "a change that rests", save(&loaded(&*store, &other).await?)).await?;
    same("what holds when the other rests", held().await?, Some(6))?;
    saved(&*store, "a change that rests", save(&loaded(&*store, &one).await?)).await?;
    same("what holds when all rest", held().await?, None)
}

pub(super) async fn sagas_are_listed_by_type_and_status_and_page_by_page(store: Arc<dyn Store>) -> Outcome {
    let all = [saga("7"), saga("8"), saga("é"), SagaId::new("returns", "1")];
    for id in &all {
        received(&*store, id, &[1]).await?;
    }
    let failed =
        SaveSaga { status: SagaStatus::Failed, error: Some("no".to_owned()), ..save(&loaded(&*store, &all[1]).await?) };
    saved(&*store, "a change that fails", failed).await?;
    let ids = |filter| {
        let store = Arc::clone(&store);
        async move {
            let listed = store.list_sagas(filter).await?;
            Ok::<_, Broken>(listed.into_iter().map(|saga| saga.id).collect::<Vec<_>>())
        }
    };
    let every = SagaFilter::default;
    same("all sagas", ids(every()).await?, all.to_vec())?;
    let of_type = SagaFilter { saga: Some("returns".into()), ..every() };
    same("those of a type", ids(of_type).await?, all[3..].to_vec())?;
    let page = SagaFilter { after: Some(all[0].clone()), limit: 2, ..every() };
    same("the second page", ids(page).await?, all[1..3].to_vec())?;
    let listed = store.list_sagas(SagaFilter { status: Some(SagaStatus::Failed), ..every() }).await?;
    let told: Vec<_> = listed.into_iter().map(|saga| (saga.id, saga.error, saga.created_at, saga.changed_at)).collect();
    same("the one that failed", told, vec![(all[1].clone(), Some("no".to_owned()), NOW, at(1))])
}

pub(super) async fn a_type_that_is_rebuilt_is_forgotten_and_rests(store: Arc<dyn Store>) -> Outcome {
    let (id, other) = (saga("7"), SagaId::new("returns", "7"));
    received(&*store, &id, &[1]).await?;
    received(&*store, &other, &[1]).await?;
    store.begin_rebuild(SAGA.into()).await?;
    same("a saga whose type is rebuilt", store.load_saga(id.clone()).await?, None)?;
    same("a saga of another type", loaded(&*store, &other).await?.inbox, vec![event(1)])?;
    received(&*store, &id, &[2]).await?;
    let due = store.due_sagas(SAGA.into(), at(1), 10).await?;
    same("what is due during the rebuild", (due.sagas, due.next), (vec![], None))?;
    same("what holds during the rebuild", due.held_from, Some(2))?;
    let others = store.due_sagas("returns".into(), at(1), 10).await?;
    same("what is due of another type", others.sagas, vec![other])?;
    store.end_rebuild(SAGA.into()).await?;
    let due = store.due_sagas(SAGA.into(), at(1), 10).await?;
    same("what is due after the rebuild", due.sagas, vec![id])
}

pub(super) async fn of_concurrent_saves_of_one_version_one_is_stored(store: Arc<dyn Store>) -> Outcome {
    let id = saga("7");
    received(&*store, &id, &[1]).await?;
    for round in 0..10 {
        let before = loaded(&*store, &id).await?;
        let mut racing = Threads::new();
        for racer in 0..8 {
            let entries = vec![SagaEntry::Own(own(round * 8 + racer))];
            let (store, change) = (Arc::clone(&store), SaveSaga { entries, ..save(&before) });
            racing.start(async move { store.save_saga(change).await });
        }
        let mut stored = 0;
        for saved in racing.ended().await? {
            stored += usize::from(saved?);
        }
        same("how many of eight concurrent saves were stored", stored, 1)?;
    }
    let found = loaded(&*store, &id).await?;
    holds("the record after ten rounds", "ten own events", &found.events.len(), found.events.len() == 10)
}
