//! One saga in memory: how it stands, and what it does next.

use super::{
    logic::SagaLogic,
    progress::{Failing, Origin, Pending, PendingCommand, Progress, Trigger},
    transition::Step,
};
use crate::{
    Timestamp,
    event::EventId,
    serializer::Codec,
    store::{SagaEntry, SagaStatus, SaveSaga, StoredEvent, StoredSaga},
};
use std::{sync::Arc, time::Duration};

/// One saga in memory.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(super) logic: &'static SagaLogic,
    pub(super) stored: StoredSaga,
    pub(super) progress: Progress,
    /// What it has seen, as its code wrote it.
    pub(super) seen: Vec<Arc<StoredEvent>>,
    /// What came for it and it has not seen, likewise.
    pub(super) inbox: Vec<Arc<StoredEvent>>,
    /// How long events wait for one that starts it.
    pub(super) start_timeout: Duration,
}

/// What a saga does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing, until something comes or its time does.
    Rest,
    /// Takes an event of its inbox, by its place there.
    See(usize),
    /// Lets what is in its inbox go.
    Drop,
    /// Reacts to an event of its own.
    React(EventId),
    /// Sends the commands of its transition.
    Carry,
    /// Undoes what it did last, or has failed when there is nothing left.
    Undo,
    /// Reacts to its deadline.
    Expire,
}

impl Instance {
    pub(super) fn new(
        logic: &'static SagaLogic,
        stored: StoredSaga,
        codec: &Codec,
        start_timeout: Duration,
    ) -> Result<Self, String> {
        let progress = match stored.progress.as_str() {
            "" => Progress::default(),
            text => serde_json::from_str(text).map_err(|error| {
                let id = &stored.id;
                format!("what is stored of the saga {id} cannot be read; a newer version of jangle may have written it: {error}")
            })?,
        };
        let plain = |events: &[StoredEvent]| {
            events.iter().map(|event| codec.plain(&Arc::new(event.clone()))).collect::<Result<Vec<_>, _>>()
        };
        let (seen, inbox) = (plain(&stored.events)?, plain(&stored.inbox)?);
        Ok(Self { logic, stored, progress, seen, inbox, start_timeout })
    }

    pub(super) fn origin(&self) -> Origin<'_> {
        Origin { saga: self.stored.id.saga(), id: self.stored.id.id() }
    }

    /// What it does next at `now`, where all events that were recorded until `read_until` have come.
    pub(super) fn next(&self, now: Timestamp, read_until: Option<Timestamp>) -> Next {
        let progress = &self.progress;
        if self.stored.status.is_over() {
            return if self.inbox.is_empty() { Next::Rest } else { Next::Drop };
        }
        if progress.gave_up || progress.failing.is_some_and(|failing| failing.again_at > now) {
            return Next::Rest;
        }
        if let Some(pending) = &progress.pending {
            let waits = pending.commands.iter().any(|command| command.again_at.is_some_and(|at| at > now));
            return if waits { Next::Rest } else { Next::Carry };
        }
        if progress.fails.is_some() {
            return Next::Undo;
        }
        if let Some(event) = progress.unreacted.front() {
            return Next::React(*event);
        }
        if progress.started.is_none() {
            return self.next_before_start(now);
        }
        let first = self.inbox.first();
        if let Some(deadline) = self.deadline() {
            let is_later = first.is_some_and(|event| event.recorded_at > deadline);
            let has_all = first.is_none() && read_until.is_some_and(|until| until >= deadline);
            if now >= deadline && (is_later || has_all) {
                return Next::Expire;
            }
        }
        if first.is_some() { Next::See(0) } else { Next::Rest }
    }

    fn next_before_start(&self, now: Timestamp) -> Next {
        if let Some(index) = self.starting() {
            return Next::See(index);
        }
        match self.inbox.first() {
            Some(first) if first.recorded_at.after(self.start_timeout) <= now => Next::Drop,
            _ => Next::Rest,
        }
    }

    /// The event of the inbox that starts it. One that cannot be read is taken for such, so that it is told.
    fn starting(&self) -> Option<usize> {
        self.inbox.iter().position(|event| (self.logic.starts)(event, self.stored.id.id()).unwrap_or(true))
    }

    /// Its deadline, where it has one that has not yet had its effect.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        let started = self.progress.started.filter(|_| !self.progress.expired && !self.stored.status.is_over())?;
        let start = self.seen.iter().find(|event| event.id == started)?;
        Some(start.recorded_at.after(self.logic.deadline?))
    }

    /// Whether something is under way.
    pub(super) fn is_busy(&self) -> bool {
        let progress = &self.progress;
        progress.pending.is_some() || progress.fails.is_some() || !progress.unreacted.is_empty()
    }

    /// When it has something to do, if nothing comes.
    fn wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        let progress = &self.progress;
        if self.stored.status.is_over() {
            return (!self.inbox.is_empty()).then_some(now);
        }
        if progress.gave_up {
            return None;
        }
        if let Some(failing) = progress.failing {
            return Some(failing.again_at);
        }
        if let Some(pending) = &progress.pending {
            return Some(pending.commands.iter().filter_map(|command| command.again_at).max().unwrap_or(now));
        }
        if self.is_busy() {
            return Some(now);
        }
        let first = self.inbox.first();
        match progress.started {
            None if self.starting().is_some() => Some(now),
            None => first.map(|event| event.recorded_at.after(self.start_timeout)),
            Some(_) if first.is_some() => Some(now),
            Some(_) => self.deadline(),
        }
    }

    /// The position of the first event from which something is still to follow.
    fn held_from(&self) -> Option<u64> {
        if self.stored.status.is_over() || self.progress.gave_up {
            return None;
        }
        let waits_for_start = self.progress.started.is_none() && self.starting().is_none();
        let first = self.inbox.first().filter(|_| !waits_for_start).map(|event| event.position);
        let busy = self.is_busy().then_some(self.progress.seen_to);
        [first, busy].into_iter().flatten().min()
    }

    fn status(&self) -> SagaStatus {
        let stored = self.stored.status;
        match () {
            () if stored.is_over() => stored,
            () if self.progress.gave_up => SagaStatus::Stuck,
            () if self.progress.started.is_none() => SagaStatus::Waiting,
            () if self.is_busy() || !self.inbox.is_empty() || self.deadline().is_some() => SagaStatus::Running,
            () => SagaStatus::Stuck,
        }
    }

    /// Takes a step that it has to take because of `trigger`.
    pub(super) fn take(&mut self, trigger: Trigger, step: &Step) {
        if step.dispatches.is_empty() {
            self.conclude(step.completes, step.fails.clone());
            return;
        }
        let command = |planned: &super::transition::Planned| PendingCommand {
            prepared: planned.prepared.clone(),
            refused: 0,
            again_at: None,
        };
        self.progress.pending = Some(Pending {
            trigger,
            commands: step.dispatches.iter().map(command).collect(),
            completes: step.completes,
            fails: step.fails.clone(),
        });
    }

    /// The end of a transition.
    pub(super) fn conclude(&mut self, completes: bool, fails: Option<String>) {
        self.progress.pending = None;
        if let Some(why) = fails {
            self.progress.unreacted.clear();
            self.progress.fails = Some(why);
        } else if completes {
            self.end(SagaStatus::Completed);
        }
    }

    /// The saga is over.
    pub(super) fn end(&mut self, status: SagaStatus) {
        self.stored.status = status;
        self.progress = Progress { started: self.progress.started, ..Progress::default() };
    }

    /// Notes that it could not go on.
    pub(super) fn failed(&mut self, error: String, now: Timestamp, longest: Duration) {
        let attempts = self.progress.failing.map_or(0, |failing| failing.attempts) + 1;
        match self.logic.retry.delay_after(attempts) {
            Some(delay) => {
                self.progress.failing = Some(Failing { attempts, again_at: now.after(delay.min(longest)) });
            }
            None => self.progress.gave_up = true,
        }
        self.stored.error = Some(error);
    }

    /// Notes that it went on.
    pub(super) fn went_on(&mut self) {
        if self.progress.failing.take().is_some() {
            self.stored.error = None;
        }
    }

    /// The change that stores how it stands now.
    pub(super) fn save(
        &self,
        entries: Vec<SagaEntry>,
        dropped: Vec<EventId>,
        now: Timestamp,
    ) -> Result<SaveSaga, String> {
        let progress = serde_json::to_string(&self.progress)
            .map_err(|error| format!("what the saga {} does cannot be encoded: {error}", self.stored.id))?;
        Ok(SaveSaga {
            id: self.stored.id.clone(),
            version: self.stored.version,
            arrived: self.stored.arrived,
            status: self.status(),
            progress,
            error: self.stored.error.clone(),
            wake_at: self.wake_at(now),
            deadline_at: self.deadline(),
            held_from: self.held_from(),
            entries,
            dropped,
            now,
        })
    }
}
