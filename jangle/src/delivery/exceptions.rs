//! The events that a lane has passed and that are not done.

use super::{retries::Retries, run::Failure};
use crate::{
    Timestamp,
    store::{Exception, ExceptionChange, ExceptionState, StoredEvent, StreamId},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// How many aggregates may have a failing event, and how many events may wait behind these, before a lane takes no
/// new ones. Of a waiting event only the place is kept in memory.
const MOST_STREAMS: usize = 20_000;
const MOST_WAITING: usize = 100_000;

/// Which of a lane's destinations something concerns: a bit for each, by their order.
pub(crate) type Targets = u64;

/// A change of an exception, and what it concerns.
#[derive(Debug)]
pub(crate) struct TargetChange {
    pub(crate) partition: u8,
    pub(crate) targets: Targets,
    pub(crate) change: ExceptionChange,
}

/// What is not done although the lane has passed it. Of each aggregate's events only the first is tried.
#[derive(Debug, Default)]
pub(crate) struct Exceptions {
    waiting: BTreeMap<u64, Waiting>,
    by_stream: HashMap<StreamId, Behind>,
    /// The first waiting event of each aggregate that is not running, by the time at which it is to be tried: finding
    /// what is due looks at nothing else.
    ready: BTreeSet<(Timestamp, u64)>,
    /// Events that were set aside above the checkpoint, so that they are not taken for new ones.
    set_aside: BTreeMap<u64, Targets>,
    /// The first event that was set aside.
    dead: Option<(u64, String)>,
    /// Aggregates whose later events are kept behind one that was set aside, which is at this position. Of the later
    /// ones nothing is stored: they are read again when it is handled or discarded.
    held: HashMap<StreamId, u64>,
}

/// The waiting events of an aggregate.
#[derive(Debug, Default)]
struct Behind {
    positions: BTreeSet<u64>,
    /// Its entry in `ready`.
    ready: Option<(Timestamp, u64)>,
}

#[derive(Debug)]
struct Waiting {
    stream: StreamId,
    partition: u8,
    targets: Targets,
    attempts: u32,
    /// When to try it; none while it stands behind another of its aggregate.
    due: Option<Timestamp>,
    /// When it first failed.
    failing_since: Option<Timestamp>,
    running: bool,
}

impl Exceptions {
    /// Restores what was set aside.
    pub(crate) fn restore_dead(&mut self, position: u64, targets: Targets, error: String) {
        self.bury(position, targets, error);
    }

    /// Restores that later events of `stream` are kept behind the one at `position`, which was set aside.
    pub(crate) fn restore_held(&mut self, stream: &StreamId, position: u64) {
        self.held.entry(stream.clone()).and_modify(|first| *first = position.min(*first)).or_insert(position);
    }

    /// Restores an event of `stream` that waits.
    pub(crate) fn restore(&mut self, stream: &StreamId, targets: Targets, stored: &Exception) {
        let due = match stored.state {
            ExceptionState::Retry(due) => Some(due),
            ExceptionState::Behind | ExceptionState::Dead => None,
        };
        let &Exception { partition, attempts, failing_since, position, .. } = stored;
        let stream = stream.clone();
        self.put(position, Waiting { stream, partition, targets, attempts, due, failing_since, running: false });
    }

    fn put(&mut self, position: u64, new: Waiting) {
        let stream = new.stream.clone();
        self.by_stream.entry(stream.clone()).or_default().positions.insert(position);
        self.waiting.entry(position).and_modify(|known| known.targets |= new.targets).or_insert(new);
        self.index(&stream);
    }

    /// Brings the aggregate's entry in `ready` up to date.
    fn index(&mut self, stream: &StreamId) {
        let Some(behind) = self.by_stream.get_mut(stream) else { return };
        let first = behind.positions.first().and_then(|first| Some((*first, self.waiting.get(first)?)));
        let ready = first
            .filter(|(_, waiting)| !waiting.running)
            .map(|(position, waiting)| (waiting.due.unwrap_or_default(), position));
        if behind.ready != ready {
            if let Some(old) = std::mem::replace(&mut behind.ready, ready) {
                self.ready.remove(&old);
            }
            self.ready.extend(ready);
        }
        if self.by_stream.get(stream).is_some_and(|behind| behind.positions.is_empty()) {
            self.by_stream.remove(stream);
        }
    }

    fn bury(&mut self, position: u64, targets: Targets, error: String) {
        *self.set_aside.entry(position).or_default() |= targets;
        if self.dead.as_ref().is_none_or(|(first, _)| position < *first) {
            self.dead = Some((position, error));
        }
    }

    fn remove(&mut self, position: u64) -> Option<Waiting> {
        let waiting = self.waiting.remove(&position)?;
        if let Some(behind) = self.by_stream.get_mut(&waiting.stream) {
            behind.positions.remove(&position);
        }
        self.index(&waiting.stream);
        Some(waiting)
    }

    /// Whether this event is an exception already, for one of `targets`: it was read before the lane was claimed.
    pub(crate) fn knows(&self, position: u64, targets: Targets) -> bool {
        let waiting = self.waiting.get(&position).map_or(0, |waiting| waiting.targets);
        let set_aside = self.set_aside.get(&position).copied().unwrap_or_default();
        (waiting | set_aside) & targets != 0
    }

    /// Whether an earlier event of this aggregate is not done.
    pub(crate) fn blocks(&self, stream: &StreamId) -> bool {
        self.by_stream.contains_key(stream)
    }

    /// Whether this event is kept behind one of its aggregate that was set aside.
    pub(crate) fn holds(&self, stream: &StreamId, position: u64) -> bool {
        self.held.get(stream).is_some_and(|held| *held < position)
    }

    /// Whether so many wait that no new events are to be taken.
    pub(crate) fn is_full(&self) -> bool {
        self.by_stream.len() >= MOST_STREAMS || self.waiting.len() >= MOST_WAITING
    }

    /// The lowest position that is to be tried again.
    pub(crate) fn lowest(&self) -> Option<u64> {
        self.waiting.keys().next().copied()
    }

    /// The first event that was set aside, and why.
    pub(crate) fn dead(&self) -> Option<&(u64, String)> {
        self.dead.as_ref()
    }

    /// Notes which event is now the first that is set aside.
    pub(crate) fn set_dead(&mut self, first: Option<(u64, String)>) {
        self.dead = first;
    }

    /// Forgets which events were set aside up to `checkpoint`: they are not read again.
    pub(crate) fn forget_to(&mut self, checkpoint: u64) {
        if self.set_aside.first_key_value().is_some_and(|(first, _)| *first <= checkpoint) {
            self.set_aside = self.set_aside.split_off(&(checkpoint + 1));
        }
    }

    /// Puts an event behind an earlier one of its aggregate.
    pub(crate) fn behind(&mut self, event: &StoredEvent, targets: Targets) -> TargetChange {
        self.put(event.position, Waiting::new(event, targets, 0, None));
        put(event, targets, 0, ExceptionState::Behind, None, String::new())
    }

    /// Notes a failed run: the event is to be tried again, or set aside; then, where the handler holds, with all later
    /// ones of its aggregate.
    pub(crate) fn failed(
        &mut self,
        event: &StoredEvent,
        targets: Targets,
        failure: Failure,
        retries: Retries,
        now: Timestamp,
    ) -> Vec<TargetChange> {
        let before = self.remove(event.position);
        let attempts = before.as_ref().map_or(0, |waiting| waiting.attempts) + 1;
        let since = before.and_then(|waiting| waiting.failing_since).unwrap_or(now);
        let Failure { error, advice } = failure;
        let delay = retries.delay_after(attempts, now.since(since), advice);
        let state = match delay {
            Some(delay) => {
                let due = now.after(delay);
                let failing_since = Some(since);
                self.put(
                    event.position,
                    Waiting { failing_since, ..Waiting::new(event, targets, attempts, Some(due)) },
                );
                ExceptionState::Retry(due)
            }
            None => {
                self.bury(event.position, targets, error.clone());
                ExceptionState::Dead
            }
        };
        let mut changes = vec![put(event, targets, attempts, state, Some(since), error)];
        if state == ExceptionState::Dead && retries.holds() {
            self.restore_held(&event.stream, event.position);
            let behind = self.by_stream.get(&event.stream).map(|behind| behind.positions.clone());
            changes.extend(behind.into_iter().flatten().filter_map(|position| self.done(position)));
        }
        changes
    }

    /// Takes an event that was set aside up again: it is to be tried now, and its attempts count anew.
    pub(crate) fn revive(
        &mut self,
        event: &StoredEvent,
        targets: Targets,
        error: String,
        now: Timestamp,
    ) -> TargetChange {
        self.forget_dead(event.position);
        self.put(event.position, Waiting::new(event, targets, 0, Some(now)));
        put(event, targets, 0, ExceptionState::Retry(now), None, error)
    }

    /// Forgets an event that was set aside.
    pub(crate) fn forget_dead(&mut self, position: u64) {
        self.set_aside.remove(&position);
        self.held.retain(|_, held| *held != position);
    }

    /// Notes that a waiting event was handled; none where it was not waiting.
    pub(crate) fn done(&mut self, position: u64) -> Option<TargetChange> {
        let Waiting { partition, targets, .. } = self.remove(position)?;
        Some(TargetChange { partition, targets, change: ExceptionChange::Remove(position) })
    }

    /// The position of an event that is to be tried now, and whose aggregate is not busy. It counts as running until
    /// it is done or failed.
    pub(crate) fn take_due(&mut self, now: Timestamp, is_busy: impl Fn(&StreamId) -> bool) -> Option<(u64, Targets)> {
        let mut due = self.ready.range(..=(now, u64::MAX)).filter_map(|(_, at)| Some((*at, self.waiting.get(at)?)));
        let (position, stream) =
            due.find(|(_, waiting)| !is_busy(&waiting.stream)).map(|(at, waiting)| (at, waiting.stream.clone()))?;
        let waiting = self.waiting.get_mut(&position)?;
        waiting.running = true;
        let targets = waiting.targets;
        self.index(&stream);
        Some((position, targets))
    }

    /// Notes that an event that was taken was not tried after all.
    pub(crate) fn put_back(&mut self, position: u64) {
        let Some(waiting) = self.waiting.get_mut(&position) else { return };
        waiting.running = false;
        let stream = waiting.stream.clone();
        self.index(&stream);
    }

    /// When the next event is to be tried.
    pub(crate) fn next_due(&self, is_busy: impl Fn(&StreamId) -> bool) -> Option<Timestamp> {
        let mut ready = self.ready.iter().filter_map(|(due, at)| Some((*due, self.waiting.get(at)?)));
        ready.find(|(_, waiting)| !is_busy(&waiting.stream)).map(|(due, _)| due)
    }
}

impl Waiting {
    fn new(event: &StoredEvent, targets: Targets, attempts: u32, due: Option<Timestamp>) -> Self {
        Self {
            stream: event.stream.clone(),
            partition: event.partition,
            targets,
            attempts,
            due,
            failing_since: None,
            running: false,
        }
    }
}

fn put(
    event: &StoredEvent,
    targets: Targets,
    attempts: u32,
    state: ExceptionState,
    failing_since: Option<Timestamp>,
    error: String,
) -> TargetChange {
    let (position, partition) = (event.position, event.partition);
    let change = ExceptionChange::Put(Exception { position, partition, attempts, state, failing_since, error });
    TargetChange { partition, targets, change }
}

/// An event that is tried again.
pub(crate) type Due = (Arc<StoredEvent>, Targets);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Metadata,
        event::{EventId, OnDead, Retry},
        settings::Settings,
    };
    use std::{cell::Cell, time::Duration};
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp::from_micros(1_000_000);

    fn event(position: u64) -> StoredEvent {
        StoredEvent {
            id: EventId::from_uuid(Uuid::from_u128(position.into())),
            stream: StreamId::new("account", position.to_string()),
            version: 1,
            position,
            partition: 0,
            name: "opened".into(),
            schema_version: 1,
            payload: "{}".to_owned(),
            metadata: Metadata::default(),
            recorded_at: NOW,
            occurred_at: None,
        }
    }

    fn fail(exceptions: &mut Exceptions, event: &StoredEvent, first: Duration) {
        let retry = Retry { attempts: 9, first, jitter: false, ..Retry::DEFAULT };
        let retries = Retries::new(retry, OnDead::SetAside, &Settings::default());
        exceptions.failed(event, 1, Failure::msg("no"), retries, NOW);
    }

    #[test]
    fn what_is_due_is_found_without_looking_at_what_is_not() {
        let mut exceptions = Exceptions::default();
        for position in 1..=10_000 {
            fail(&mut exceptions, &event(position), Duration::from_secs(3600));
        }
        for position in [20_001, 20_002] {
            fail(&mut exceptions, &event(position), Duration::from_millis(1));
        }
        let looked_at = Cell::new(0);
        let is_busy = |_: &StreamId| {
            looked_at.set(looked_at.get() + 1);
            false
        };
        let soon = NOW.after(Duration::from_secs(1));
        assert_eq!(exceptions.next_due(is_busy), Some(NOW.after(Duration::from_millis(1))));
        assert_eq!(exceptions.take_due(soon, is_busy), Some((20_001, 1)));
        assert_eq!(exceptions.take_due(soon, is_busy), Some((20_002, 1)));
        assert_eq!(exceptions.take_due(soon, is_busy), None);
        assert_eq!(looked_at.get(), 3);
        exceptions.put_back(20_002);
        assert_eq!(exceptions.take_due(soon, is_busy), Some((20_002, 1)));
        assert!(exceptions.done(20_001).is_some() && exceptions.done(20_001).is_none());
        assert_eq!(exceptions.lowest(), Some(1));
    }

    #[test]
    fn the_next_of_an_aggregate_is_due_when_the_first_is_done() {
        let mut exceptions = Exceptions::default();
        let (first, second) = (event(1), StoredEvent { stream: event(1).stream, ..event(2) });
        fail(&mut exceptions, &first, Duration::from_secs(60));
        exceptions.behind(&second, 1);
        assert_eq!(exceptions.take_due(NOW, |_| false), None);
        exceptions.done(1);
        assert_eq!(exceptions.take_due(NOW, |_| false), Some((2, 1)));
    }
}
