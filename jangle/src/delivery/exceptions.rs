//! The events below a lane's checkpoint that are not done.

use crate::{
    Timestamp,
    error::HandlerError,
    event::Retry,
    store::{Exception, ExceptionChange, ExceptionState, StoredEvent, StreamId},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// How many events may wait before a lane takes no new ones.
const MOST_WAITING: usize = 1000;

/// Which of a lane's targets something concerns: a bit for each, by their order.
pub(crate) type Targets = u64;

/// A change of an exception, and the targets that it concerns.
pub(crate) type TargetChange = (Targets, ExceptionChange);

/// What is not done below a checkpoint. Of each aggregate's events only the first is tried.
#[derive(Debug, Default)]
pub(crate) struct Exceptions {
    waiting: BTreeMap<u64, Waiting>,
    by_stream: HashMap<StreamId, BTreeSet<u64>>,
    /// The first event that was set aside.
    dead: Option<(u64, String)>,
}

#[derive(Debug)]
struct Waiting {
    event: Arc<StoredEvent>,
    targets: Targets,
    attempts: u32,
    /// When to try it; none while it stands behind another of its aggregate.
    due: Option<Timestamp>,
    running: bool,
}

impl Exceptions {
    /// The exceptions as they are stored, with their events.
    pub(crate) fn restored(stored: Vec<(Targets, Exception)>, events: Vec<Arc<StoredEvent>>) -> Self {
        let events: HashMap<u64, _> = events.into_iter().map(|event| (event.position, event)).collect();
        let mut exceptions = Self::default();
        for (targets, Exception { position, attempts, state, error }) in stored {
            match (state, events.get(&position)) {
                (ExceptionState::Dead, _) => exceptions.bury(position, error),
                (ExceptionState::Retry(due), Some(event)) => exceptions.put(event, targets, attempts, Some(due)),
                (ExceptionState::Behind, Some(event)) => exceptions.put(event, targets, attempts, None),
                (_, None) => exceptions.bury(position, "the event is gone from the store".to_owned()),
            }
        }
        exceptions
    }

    fn put(&mut self, event: &Arc<StoredEvent>, targets: Targets, attempts: u32, due: Option<Timestamp>) {
        self.by_stream.entry(event.stream.clone()).or_default().insert(event.position);
        let known = self.waiting.get(&event.position).map_or(0, |waiting| waiting.targets);
        let event = Arc::clone(event);
        self.waiting.insert(event.position, Waiting { event, targets: targets | known, attempts, due, running: false });
    }

    fn bury(&mut self, position: u64, error: String) {
        if self.dead.as_ref().is_none_or(|(first, _)| position < *first) {
            self.dead = Some((position, error));
        }
    }

    fn remove(&mut self, position: u64) -> Option<Waiting> {
        let waiting = self.waiting.remove(&position)?;
        if let Some(positions) = self.by_stream.get_mut(&waiting.event.stream) {
            positions.remove(&position);
            if positions.is_empty() {
                self.by_stream.remove(&waiting.event.stream);
            }
        }
        Some(waiting)
    }

    /// Whether an earlier event of this aggregate is not done.
    pub(crate) fn blocks(&self, stream: &StreamId) -> bool {
        self.by_stream.contains_key(stream)
    }

    /// Whether so many wait that no new events are to be taken.
    pub(crate) fn is_full(&self) -> bool {
        self.waiting.len() >= MOST_WAITING
    }

    /// The lowest position that is to be tried again.
    pub(crate) fn lowest(&self) -> Option<u64> {
        self.waiting.keys().next().copied()
    }

    /// The first event that was set aside, and why.
    pub(crate) fn dead(&self) -> Option<&(u64, String)> {
        self.dead.as_ref()
    }

    /// Puts an event behind an earlier one of its aggregate.
    pub(crate) fn behind(&mut self, event: &Arc<StoredEvent>, targets: Targets) -> TargetChange {
        self.put(event, targets, 0, None);
        let exception =
            Exception { position: event.position, attempts: 0, state: ExceptionState::Behind, error: String::new() };
        (targets, ExceptionChange::Put(exception))
    }

    /// Notes a failed run: the event is to be tried again, or set aside.
    pub(crate) fn failed(
        &mut self,
        event: &Arc<StoredEvent>,
        targets: Targets,
        error: &HandlerError,
        retry: Retry,
        now: Timestamp,
    ) -> TargetChange {
        let position = event.position;
        let attempts = self.remove(position).map_or(0, |waiting| waiting.attempts) + 1;
        let error = error.to_string();
        let state = match retry.delay_after(attempts) {
            Some(delay) => {
                let due = now.after(delay);
                self.put(event, targets, attempts, Some(due));
                ExceptionState::Retry(due)
            }
            None => {
                self.bury(position, error.clone());
                ExceptionState::Dead
            }
        };
        (targets, ExceptionChange::Put(Exception { position, attempts, state, error }))
    }

    /// Notes that a waiting event was handled; none where it was not waiting.
    pub(crate) fn done(&mut self, position: u64) -> Option<TargetChange> {
        self.remove(position).map(|waiting| (waiting.targets, ExceptionChange::Remove(position)))
    }

    /// An event that is to be tried now; it counts as running until it is done or failed.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<(Arc<StoredEvent>, Targets)> {
        let first = self.firsts().find(|(_, waiting)| !waiting.running && waiting.due.is_none_or(|due| due <= now));
        let position = first.map(|(position, _)| position)?;
        let waiting = self.waiting.get_mut(&position)?;
        waiting.running = true;
        Some((Arc::clone(&waiting.event), waiting.targets))
    }

    /// When the next event is to be tried.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        let waiting = self.firsts().filter(|(_, waiting)| !waiting.running);
        waiting.map(|(_, waiting)| waiting.due.unwrap_or_default()).min()
    }

    /// The first waiting event of each aggregate.
    fn firsts(&self) -> impl Iterator<Item = (u64, &Waiting)> {
        let firsts = self.by_stream.values().filter_map(|positions| positions.first());
        firsts.filter_map(|position| Some((*position, self.waiting.get(position)?)))
    }
}
