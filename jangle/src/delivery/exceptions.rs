//! The events that a lane has passed and that are not done.

use super::retries::Retries;
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
    by_stream: HashMap<StreamId, BTreeSet<u64>>,
    /// Events that were set aside above the checkpoint, so that they are not taken for new ones.
    set_aside: BTreeMap<u64, Targets>,
    /// The first event that was set aside.
    dead: Option<(u64, String)>,
}

#[derive(Debug)]
struct Waiting {
    stream: StreamId,
    partition: u8,
    targets: Targets,
    attempts: u32,
    /// When to try it; none while it stands behind another of its aggregate.
    due: Option<Timestamp>,
    /// When it first failed, as far as this process saw it.
    failing_since: Option<Timestamp>,
    running: bool,
}

impl Exceptions {
    /// Restores what was set aside.
    pub(crate) fn restore_dead(&mut self, position: u64, targets: Targets, error: String) {
        self.bury(position, targets, error);
    }

    /// Restores an event of `stream` that waits.
    pub(crate) fn restore(&mut self, stream: &StreamId, targets: Targets, stored: &Exception) {
        let due = match stored.state {
            ExceptionState::Retry(due) => Some(due),
            ExceptionState::Behind | ExceptionState::Dead => None,
        };
        let (stream, partition, attempts) = (stream.clone(), stored.partition, stored.attempts);
        self.put(
            stored.position,
            Waiting { stream, partition, targets, attempts, due, failing_since: None, running: false },
        );
    }

    fn put(&mut self, position: u64, new: Waiting) {
        self.by_stream.entry(new.stream.clone()).or_default().insert(position);
        self.waiting.entry(position).and_modify(|known| known.targets |= new.targets).or_insert(new);
    }

    fn bury(&mut self, position: u64, targets: Targets, error: String) {
        *self.set_aside.entry(position).or_default() |= targets;
        if self.dead.as_ref().is_none_or(|(first, _)| position < *first) {
            self.dead = Some((position, error));
        }
    }

    fn remove(&mut self, position: u64) -> Option<Waiting> {
        let waiting = self.waiting.remove(&position)?;
        if let Some(positions) = self.by_stream.get_mut(&waiting.stream) {
            positions.remove(&position);
            if positions.is_empty() {
                self.by_stream.remove(&waiting.stream);
            }
        }
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

    /// Forgets which events were set aside up to `checkpoint`: they are not read again.
    pub(crate) fn forget_to(&mut self, checkpoint: u64) {
        if self.set_aside.first_key_value().is_some_and(|(first, _)| *first <= checkpoint) {
            self.set_aside = self.set_aside.split_off(&(checkpoint + 1));
        }
    }

    /// Puts an event behind an earlier one of its aggregate.
    pub(crate) fn behind(&mut self, event: &StoredEvent, targets: Targets) -> TargetChange {
        self.put(event.position, Waiting::new(event, targets, 0, None));
        put(event, targets, 0, ExceptionState::Behind, String::new())
    }

    /// Notes a failed run: the event is to be tried again, or set aside.
    pub(crate) fn failed(
        &mut self,
        event: &StoredEvent,
        targets: Targets,
        error: String,
        retries: Retries,
        now: Timestamp,
    ) -> TargetChange {
        let before = self.remove(event.position);
        let attempts = before.as_ref().map_or(0, |waiting| waiting.attempts) + 1;
        let since = before.and_then(|waiting| waiting.failing_since).unwrap_or(now);
        let state = match retries.delay_after(attempts, now.since(since)) {
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
        put(event, targets, attempts, state, error)
    }

    /// Notes that a waiting event was handled; none where it was not waiting.
    pub(crate) fn done(&mut self, position: u64) -> Option<TargetChange> {
        let Waiting { partition, targets, .. } = self.remove(position)?;
        Some(TargetChange { partition, targets, change: ExceptionChange::Remove(position) })
    }

    /// The position of an event that is to be tried now, and whose aggregate is not busy. It counts as running until
    /// it is done or failed.
    pub(crate) fn take_due(&mut self, now: Timestamp, is_busy: impl Fn(&StreamId) -> bool) -> Option<(u64, Targets)> {
        let is_due = |waiting: &Waiting| !waiting.running && waiting.due.is_none_or(|due| due <= now);
        let due = self.firsts().find(|(_, waiting)| is_due(waiting) && !is_busy(&waiting.stream));
        let position = due.map(|(position, _)| position)?;
        let waiting = self.waiting.get_mut(&position)?;
        waiting.running = true;
        Some((position, waiting.targets))
    }

    /// Notes that an event that was taken was not tried after all.
    pub(crate) fn put_back(&mut self, position: u64) {
        if let Some(waiting) = self.waiting.get_mut(&position) {
            waiting.running = false;
        }
    }

    /// When the next event is to be tried.
    pub(crate) fn next_due(&self, is_busy: impl Fn(&StreamId) -> bool) -> Option<Timestamp> {
        let waiting = self.firsts().filter(|(_, waiting)| !waiting.running && !is_busy(&waiting.stream));
        waiting.map(|(_, waiting)| waiting.due.unwrap_or_default()).min()
    }

    /// The first waiting event of each aggregate.
    fn firsts(&self) -> impl Iterator<Item = (u64, &Waiting)> {
        let firsts = self.by_stream.values().filter_map(|positions| positions.first());
        firsts.filter_map(|position| Some((*position, self.waiting.get(position)?)))
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

fn put(event: &StoredEvent, targets: Targets, attempts: u32, state: ExceptionState, error: String) -> TargetChange {
    let (position, partition) = (event.position, event.partition);
    let change = ExceptionChange::Put(Exception { position, partition, attempts, state, error });
    TargetChange { partition, targets, change }
}

/// An event that is tried again.
pub(crate) type Due = (Arc<StoredEvent>, Targets);
