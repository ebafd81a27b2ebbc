//! Sagas.

use super::MemoryStore;
use crate::{
    Timestamp,
    store::{
        BoxFuture, DueSagas, SagaEntry, SagaFilter, SagaId, SagaStatus, SagaStore, SagaSummary, SaveSaga, StoreError,
        StoredEvent, StoredSaga,
    },
};
use std::{
    collections::{BTreeMap, HashSet},
    ops::Bound,
    sync::Arc,
};

/// All sagas, by type and id.
#[derive(Default)]
pub(super) struct Sagas {
    sagas: BTreeMap<SagaId, Saga>,
    rebuilding: HashSet<Arc<str>>,
}

struct Saga {
    stored: StoredSaga,
    held_from: Option<u64>,
}

impl Saga {
    fn has(&self, event: &StoredEvent) -> bool {
        self.stored.events.iter().chain(&self.stored.inbox).any(|known| known.id == event.id)
    }

    fn receive(&mut self, event: StoredEvent, now: Timestamp) {
        let (position, stored) = (event.position, &mut self.stored);
        let at = stored.inbox.partition_point(|waiting| waiting.position < position);
        stored.inbox.insert(at, event);
        stored.arrived += 1;
        stored.wake_at = Some(stored.wake_at.map_or(now, |at| at.min(now)));
        self.held_from = Some(self.held_from.map_or(position, |held| held.min(position)));
    }

    /// Whether the change fits.
    fn accepts(&self, save: &SaveSaga) -> bool {
        let is_new = |entry: &SagaEntry| match entry {
            SagaEntry::Own(event) => !self.has(event),
            SagaEntry::Seen(id) => self.stored.inbox.iter().any(|event| event.id == *id),
        };
        self.stored.version == save.version && save.entries.iter().all(is_new)
    }

    /// Carries out a change that fits.
    fn save(&mut self, save: SaveSaga) {
        let stored = &mut self.stored;
        for entry in save.entries {
            match entry {
                SagaEntry::Own(event) => stored.events.push(event),
                SagaEntry::Seen(id) => {
                    if let Some(at) = stored.inbox.iter().position(|event| event.id == id) {
                        let event = stored.inbox.remove(at);
                        stored.events.push(event);
                    }
                }
            }
        }
        stored.inbox.retain(|event| !save.dropped.contains(&event.id));
        stored.version += 1;
        (stored.status, stored.progress, stored.error) = (save.status, save.progress, save.error);
        (stored.deadline_at, stored.changed_at) = (save.deadline_at, save.now);
        let has_more = stored.arrived > save.arrived;
        let first = stored.inbox.first().map(|event| event.position).filter(|_| has_more);
        stored.wake_at = if has_more { Some(save.now) } else { save.wake_at };
        self.held_from = [save.held_from, first].into_iter().flatten().min();
    }
}

impl Sagas {
    fn receive(&mut self, id: SagaId, event: StoredEvent, now: Timestamp) {
        let saga = self.sagas.entry(id.clone()).or_insert_with(|| Saga {
            stored: StoredSaga {
                id,
                version: 0,
                arrived: 0,
                status: SagaStatus::Waiting,
                progress: String::new(),
                error: None,
                wake_at: None,
                deadline_at: None,
                created_at: now,
                changed_at: now,
                events: Vec::new(),
                inbox: Vec::new(),
            },
            held_from: None,
        });
        if !saga.has(&event) {
            saga.receive(event, now);
        }
    }

    fn due(&self, saga: &str, now: Timestamp, limit: usize) -> DueSagas {
        let of_type = || self.sagas.values().filter(|of| of.stored.id.saga() == saga);
        let held_from = of_type().filter_map(|of| of.held_from).min();
        if self.rebuilding.contains(saga) {
            return DueSagas { held_from, ..DueSagas::default() };
        }
        let mut due: Vec<_> = of_type().filter_map(|of| Some((of.stored.wake_at?, &of.stored.id))).collect();
        due.sort_unstable();
        let now_or_earlier = due.partition_point(|(at, _)| *at <= now);
        let next = due.get(now_or_earlier).map(|(at, _)| *at);
        let sagas = due[..now_or_earlier].iter().take(limit).map(|(_, id)| SagaId::clone(id)).collect();
        DueSagas { sagas, next, held_from }
    }

    fn list(&self, filter: SagaFilter) -> Vec<SagaSummary> {
        let from = filter.after.map_or(Bound::Unbounded, Bound::Excluded);
        let listed = self.sagas.range((from, Bound::Unbounded)).map(|(_, saga)| &saga.stored).filter(|saga| {
            filter.saga.as_ref().is_none_or(|name| saga.id.saga() == &**name)
                && filter.status.is_none_or(|status| saga.status == status)
        });
        let summary = |saga: &StoredSaga| SagaSummary {
            id: saga.id.clone(),
            status: saga.status,
            error: saga.error.clone(),
            wake_at: saga.wake_at,
            deadline_at: saga.deadline_at,
            created_at: saga.created_at,
            changed_at: saga.changed_at,
        };
        listed.take(filter.limit).map(summary).collect()
    }
}

impl SagaStore for MemoryStore {
    fn receive(&self, events: Vec<(SagaId, StoredEvent)>, now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let sagas = &mut self.state().sagas;
            events.into_iter().for_each(|(id, event)| sagas.receive(id, event, now));
            Ok(())
        })
    }

    fn due_sagas(&self, saga: Arc<str>, now: Timestamp, limit: usize) -> BoxFuture<'_, Result<DueSagas, StoreError>> {
        Box::pin(async move { Ok(self.state().sagas.due(&saga, now, limit)) })
    }

    fn load_saga(&self, id: SagaId) -> BoxFuture<'_, Result<Option<StoredSaga>, StoreError>> {
        Box::pin(async move { Ok(self.state().sagas.sagas.get(&id).map(|saga| saga.stored.clone())) })
    }

    fn save_saga(&self, save: SaveSaga) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move {
            let sagas = &mut self.state().sagas.sagas;
            let Some(saga) = sagas.get_mut(&save.id).filter(|saga| saga.accepts(&save)) else { return Ok(false) };
            saga.save(save);
            Ok(true)
        })
    }

    fn list_sagas(&self, filter: SagaFilter) -> BoxFuture<'_, Result<Vec<SagaSummary>, StoreError>> {
        Box::pin(async move { Ok(self.state().sagas.list(filter)) })
    }

    fn begin_rebuild(&self, saga: Arc<str>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let sagas = &mut self.state().sagas;
            sagas.sagas.retain(|id, _| *id.saga() != *saga);
            sagas.rebuilding.insert(saga);
            Ok(())
        })
    }

    fn end_rebuild(&self, saga: Arc<str>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.state().sagas.rebuilding.remove(&saga);
            Ok(())
        })
    }
}
