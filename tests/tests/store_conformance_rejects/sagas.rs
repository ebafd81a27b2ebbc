//! Faults of sagas.

use jangle::{
    CommandId, EventId, MemoryStore, Timestamp,
    store::{DueSagas, SagaEntry, SagaFilter, SagaId, SagaStore, SagaSummary, SaveSaga, StoredEvent, StoredSaga},
};
use jangle_tests::planted::{Answer, Fault};
use std::sync::Arc;

/// Changes what comes for sagas.
struct Receives(fn(Arrivals) -> Arrivals);

type Arrivals = Vec<(SagaId, StoredEvent)>;

impl Fault for Receives {
    fn receive<'a>(
        &'a self,
        right: &'a MemoryStore,
        events: Vec<(SagaId, StoredEvent)>,
        now: Timestamp,
    ) -> Answer<'a, ()> {
        right.receive((self.0)(events), now)
    }
}

fn new_id() -> EventId {
    EventId::from_uuid(CommandId::new().as_uuid())
}

/// Every arrival is another event.
fn anew(events: Arrivals) -> Arrivals {
    events.into_iter().map(|(id, event)| (id, StoredEvent { id: new_id(), ..event })).collect()
}

/// An event comes for one saga only.
fn for_one(events: Arrivals) -> Arrivals {
    let mut seen = Vec::new();
    let is_first = |event: &StoredEvent, seen: &mut Vec<EventId>| match seen.contains(&event.id) {
        true => false,
        false => {
            seen.push(event.id);
            true
        }
    };
    events.into_iter().filter(|(_, event)| is_first(event, &mut seen)).collect()
}

/// Changes a saga that is loaded.
struct Loads(fn(&mut StoredSaga));

impl Fault for Loads {
    fn load_saga<'a>(&'a self, right: &'a MemoryStore, id: SagaId) -> Answer<'a, Option<StoredSaga>> {
        Box::pin(async move {
            let mut saga = right.load_saga(id).await?;
            saga.iter_mut().for_each(self.0);
            Ok(saga)
        })
    }
}

/// Changes what is saved.
struct Saves(fn(&mut SaveSaga));

impl Fault for Saves {
    fn save_saga<'a>(&'a self, right: &'a MemoryStore, mut save: SaveSaga) -> Answer<'a, bool> {
        (self.0)(&mut save);
        right.save_saga(save)
    }
}

/// Saves whatever the version is.
struct AnyVersion;

impl Fault for AnyVersion {
    fn save_saga<'a>(&'a self, right: &'a MemoryStore, mut save: SaveSaga) -> Answer<'a, bool> {
        Box::pin(async move {
            if let Some(saga) = right.load_saga(save.id.clone()).await? {
                save.version = saga.version;
            }
            right.save_saga(save).await
        })
    }
}

/// Passes over what cannot be stored, and stores the rest.
struct Torn;

impl Fault for Torn {
    fn save_saga<'a>(&'a self, right: &'a MemoryStore, mut save: SaveSaga) -> Answer<'a, bool> {
        Box::pin(async move {
            let Some(saga) = right.load_saga(save.id.clone()).await? else { return Ok(false) };
            save.entries.retain(|entry| match entry {
                SagaEntry::Own(event) => !saga.events.iter().any(|known| known.id == event.id),
                SagaEntry::Seen(id) => saga.inbox.iter().any(|event| event.id == *id),
            });
            right.save_saga(save).await
        })
    }
}

/// Does not notice what came since the saga was loaded.
struct Overlooks;

impl Fault for Overlooks {
    fn save_saga<'a>(&'a self, right: &'a MemoryStore, mut save: SaveSaga) -> Answer<'a, bool> {
        save.arrived = u64::MAX;
        right.save_saga(save)
    }
}

/// Changes what is due.
struct Due(fn(&mut DueSagas));

impl Fault for Due {
    fn due_sagas<'a>(
        &'a self,
        right: &'a MemoryStore,
        saga: Arc<str>,
        now: Timestamp,
        limit: usize,
    ) -> Answer<'a, DueSagas> {
        Box::pin(async move {
            let mut due = right.due_sagas(saga, now, limit).await?;
            (self.0)(&mut due);
            Ok(due)
        })
    }
}

/// Says that everything is due.
struct TooEarly;

impl Fault for TooEarly {
    fn due_sagas<'a>(
        &'a self,
        right: &'a MemoryStore,
        saga: Arc<str>,
        now: Timestamp,
        limit: usize,
    ) -> Answer<'a, DueSagas> {
        right.due_sagas(saga, Timestamp::from_micros(now.as_micros() + 3_600_000_000), limit)
    }
}

/// Lists without looking at the filter.
struct ListsAll;

impl Fault for ListsAll {
    fn list_sagas<'a>(&'a self, right: &'a MemoryStore, _: SagaFilter) -> Answer<'a, Vec<SagaSummary>> {
        right.list_sagas(SagaFilter::default())
    }
}

/// Lets sagas go on that are being rebuilt.
struct GoesOn;

impl Fault for GoesOn {
    fn begin_rebuild<'a>(&'a self, right: &'a MemoryStore, saga: Arc<str>) -> Answer<'a, ()> {
        Box::pin(async move {
            right.begin_rebuild(Arc::clone(&saga)).await?;
            right.end_rebuild(saga).await
        })
    }
}

finds! {
    a_repeated_event_is_received_twice: Receives(anew) => an_event_that_comes_twice_is_received_once;
    an_event_is_unique_over_all_sagas: Receives(for_one) => an_event_may_come_for_two_sagas;
    an_inbox_is_in_the_order_of_arrival: Loads(|saga| saga.inbox.reverse())
        => events_wait_by_position_whatever_their_order;
    an_error_is_not_kept: Loads(|saga| saga.error = None) => a_saga_is_loaded_as_it_was_saved;
    what_was_seen_is_not_kept: Saves(|save| save.entries.clear())
        => an_event_that_was_seen_leaves_the_inbox_and_does_not_come_again;
    what_was_let_go_stays: Saves(|save| save.dropped.clear()) => an_event_that_was_let_go_leaves_the_inbox;
    versions_are_not_compared: AnyVersion
        => a_save_of_another_version_stores_nothing, of_concurrent_saves_of_one_version_one_is_stored;
    half_of_a_save_is_stored: Torn
        => an_own_event_that_is_there_refuses_the_save, an_event_that_is_not_waiting_cannot_be_seen;
    an_event_that_comes_meanwhile_is_overlooked: Overlooks
        => what_came_since_it_was_loaded_wakes_a_saga_that_would_rest;
    a_saga_wakes_too_early: TooEarly => a_saga_is_due_when_its_time_has_come_and_no_earlier;
    nothing_is_held: Due(|due| due.held_from = None) => what_is_to_follow_holds_the_lowest_position;
    a_filter_is_ignored: ListsAll => sagas_are_listed_by_type_and_status_and_page_by_page;
    a_rebuild_stops_nothing: GoesOn => a_type_that_is_rebuilt_is_forgotten_and_rests;
}
