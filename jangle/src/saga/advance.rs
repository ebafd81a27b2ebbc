//! Moves one saga until it rests.

use super::{
    instance::{Instance, Next},
    logic::SagaLogic,
    progress::{Pending, Trigger, Undo},
    send::{Answered, Call, Carry, Unanswered},
    transition::{Own, OwnEvent, Step},
};
use crate::{
    Timestamp,
    app::Inner,
    command::request::SendOptions,
    delivery::caught,
    event::{EventId, Metadata},
    serializer::Part,
    store::{SagaEntry, SagaId, SagaStatus, StoreError, StoredEvent, StreamId, partition_of},
    telemetry,
};
use std::sync::Arc;

/// What moving sagas needs to know of the lane that does it.
#[derive(Debug, Clone)]
pub(super) struct Mover {
    pub(super) app: Arc<Inner>,
    pub(super) logic: &'static SagaLogic,
    /// Whether the lane is another's now, or is to stop.
    pub(super) tenure: crate::delivery::Tenure,
}

/// A saga that is moved, and what its present transition was made with.
struct Moving<'a> {
    mover: &'a Mover,
    saga: Instance,
    /// What the commands of the pending transition are sent with; none where the receiver must say it again.
    carries: Option<Vec<Carry>>,
}

/// Whether a saga was saved, or somebody else saved it meanwhile.
type Saved = Result<bool, StoreError>;

impl Mover {
    /// Moves the saga until it rests. All events that were recorded until `read_until` have come.
    pub(super) async fn advance(&self, id: SagaId, read_until: Option<Timestamp>) -> Result<(), StoreError> {
        loop {
            let Some(stored) = self.app.core.stores.sagas.load_saga(id.clone()).await? else { return Ok(()) };
            let (codec, settings) = (&self.app.core.extensions.codec, &self.app.core.settings);
            let saga = Instance::new(self.logic, stored, codec, settings.saga_start_timeout);
            let mut moving = Moving { mover: self, saga: saga.map_err(StoreError::failed)?, carries: None };
            if moving.until_rest(read_until).await? {
                return Ok(());
            }
        }
    }

    fn is_over(&self) -> bool {
        self.tenure.is_over() || self.app.stop.is_cancelled()
    }

    fn now(&self) -> Timestamp {
        self.app.core.environment.now()
    }
}

impl Moving<'_> {
    /// Whether it rests; otherwise somebody else saved it, or more has come.
    async fn until_rest(&mut self, read_until: Option<Timestamp>) -> Saved {
        let mut moved = false;
        loop {
            if self.mover.is_over() {
                return Ok(true);
            }
            let next = self.saga.next(self.mover.now(), read_until);
            let saved = match next {
                // A saga that had nothing to do may be due all the same: its time is stored anew.
                Next::Rest if moved || self.saga.stored.wake_at.is_none_or(|at| Some(at) == self.saga.deadline()) => {
                    return Ok(true);
                }
                Next::Rest => self.save(Vec::new()).await?,
                Next::See(index) => self.see(index).await?,
                Next::Drop => self.drop_inbox().await?,
                Next::React(event) => self.react(event).await?,
                Next::Carry => self.carry().await?,
                Next::Undo => self.undo().await?,
                Next::Expire => self.expire().await?,
            };
            if !saved {
                return Ok(false);
            }
            moved = true;
        }
    }

    async fn save(&mut self, entries: Vec<SagaEntry>) -> Saved {
        self.save_dropping(entries, Vec::new()).await
    }

    async fn save_dropping(&mut self, entries: Vec<SagaEntry>, dropped: Vec<EventId>) -> Saved {
        let save = self.saga.save(entries, dropped, self.mover.now()).map_err(StoreError::failed)?;
        let status = save.status;
        let saved = self.mover.app.core.stores.sagas.save_saga(save).await?;
        if saved {
            telemetry::saga::saved(
                &self.saga.stored.id,
                self.saga.stored.status,
                status,
                self.saga.stored.error.as_deref(),
            );
            self.saga.stored.version += 1;
            self.saga.stored.status = status;
        }
        Ok(saved)
    }

    /// Notes that the saga could not go on.
    async fn fail(&mut self, error: String) -> Saved {
        let longest = self.mover.app.core.settings.saga_retry_interval;
        self.saga.failed(error, self.mover.now(), longest);
        telemetry::saga::failed(&self.saga.stored.id, self.saga.stored.error.as_deref().unwrap_or_default());
        self.save(Vec::new()).await
    }

    /// Takes an event of the inbox, and reacts to it.
    async fn see(&mut self, index: usize) -> Saved {
        let event = self.saga.inbox.remove(index);
        self.saga.seen.push(Arc::clone(&event));
        let begins = self.saga.progress.started.is_none();
        match self.step(&event) {
            Ok(step) => {
                self.saga.went_on();
                self.saga.progress.started.get_or_insert(event.id);
                self.saga.progress.seen_to = event.position;
                telemetry::saga::seen(&self.saga.stored.id, &event, begins);
                self.take(Trigger::Event(event.id), step);
                self.save(vec![SagaEntry::Seen(event.id)]).await
            }
            Err(error) => {
                self.saga.seen.pop();
                self.saga.inbox.insert(index, event);
                self.fail(error).await
            }
        }
    }

    async fn react(&mut self, event: EventId) -> Saved {
        let Some(event) = self.saga.seen.iter().find(|seen| seen.id == event).cloned() else {
            return self.fail(format!("its own event {event} is gone from the store")).await;
        };
        match self.step(&event) {
            Ok(step) => {
                self.saga.went_on();
                self.saga.progress.unreacted.pop_front();
                self.take(Trigger::Event(event.id), step);
                self.save(Vec::new()).await
            }
            Err(error) => self.fail(error).await,
        }
    }

    async fn expire(&mut self) -> Saved {
        match (self.saga.logic.expire)(&self.saga.seen) {
            Ok(step) => {
                self.saga.went_on();
                self.saga.progress.expired = true;
                telemetry::saga::expired(&self.saga.stored.id);
                self.take(Trigger::Deadline, step);
                self.save(Vec::new()).await
            }
            Err(error) => self.fail(error).await,
        }
    }

    fn step(&self, event: &StoredEvent) -> Result<Step, String> {
        let index = self.saga.seen.iter().position(|seen| seen.id == event.id).unwrap_or(usize::MAX);
        (self.saga.logic.react)(&self.saga.seen, index, self.saga.stored.id.id())
    }

    fn take(&mut self, trigger: Trigger, step: Step) {
        self.saga.take(trigger, &step);
        self.carries = Some(step.dispatches.into_iter().map(|planned| planned.carry).collect());
    }

    async fn drop_inbox(&mut self) -> Saved {
        let dropped: Vec<_> = self.saga.inbox.drain(..).collect();
        if !self.saga.stored.status.is_over() {
            telemetry::saga::never_started(&self.saga.stored.id, dropped.len());
        }
        self.save_dropping(Vec::new(), dropped.iter().map(|event| event.id).collect()).await
    }

    /// Sends the commands of the pending transition; what follows from the answers is stored with its end.
    async fn carry(&mut self) -> Saved {
        let Some(mut pending) = self.saga.progress.pending.clone() else { return Ok(true) };
        let carries = match self.carries.take().map_or_else(|| self.planned_again(&pending), Ok) {
            Ok(carries) => carries,
            Err(error) => return self.fail(error).await,
        };
        let mut answers = Vec::new();
        for (index, carry) in carries.into_iter().enumerate() {
            match self.send(&pending, index, carry).await {
                Ok(answer) => answers.push(answer),
                Err(Unanswered { at_once: true, .. }) => return Ok(true),
                Err(Unanswered { error, .. }) => return self.fail(error).await,
            }
        }
        if self.refused_for_now(&mut pending, &answers) {
            self.saga.went_on();
            self.saga.progress.pending = Some(pending);
            return self.save(Vec::new()).await;
        }
        match self.answered(&pending, answers) {
            Ok(entries) => self.save(entries).await,
            Err(error) => self.fail(error).await,
        }
    }

    /// The receiver says once more what follows from which answer; the commands are those that are stored.
    fn planned_again(&self, pending: &Pending) -> Result<Vec<Carry>, String> {
        let step = match pending.trigger {
            Trigger::Deadline => (self.saga.logic.expire)(&self.saga.seen)?,
            Trigger::Event(id) => match self.saga.seen.iter().find(|seen| seen.id == id) {
                Some(event) => self.step(event)?,
                None => return Err(format!("the event {id} that it reacts to is gone from the store")),
            },
        };
        let carries: Vec<_> = step.dispatches.into_iter().map(|planned| planned.carry).collect();
        match carries.len() == pending.commands.len() {
            true => Ok(carries),
            false => Err(format!(
                "its receiver plans {} commands where it planned {} before: a receiver looks at nothing but the saga and the event",
                carries.len(),
                pending.commands.len()
            )),
        }
    }

    async fn send(&mut self, pending: &Pending, index: usize, carry: Carry) -> Result<Answered<Own>, Unanswered> {
        let command = &pending.commands[index];
        let retried = command.prepared.retry_refused;
        let is_last = retried.is_none_or(|policy| policy.delay_after(command.refused + 1).is_none());
        let call = Call {
            core: Arc::clone(&self.mover.app.core),
            payload: command.prepared.payload.clone().map_err(Unanswered::because)?,
            options: self.options(self.saga.origin().command(pending, index), pending.trigger),
            is_last,
        };
        let answered = caught(carry.out(call)).await;
        answered.unwrap_or_else(|panic| Err(Unanswered::because(format!("it panicked: {panic}"))))
    }

    fn options(&self, id: crate::CommandId, trigger: Trigger) -> SendOptions {
        let Metadata { correlation, causation, .. } = self.metadata(trigger);
        SendOptions { id: Some(id), correlation, causation, from_handler: true, ..SendOptions::default() }
    }

    /// What is recorded with whatever follows from `trigger`: the event of an aggregate that it goes back to.
    fn metadata(&self, trigger: Trigger) -> Metadata {
        let id = match trigger {
            Trigger::Event(id) => Some(id),
            Trigger::Deadline => self.saga.progress.started,
        };
        let event = self.saga.seen.iter().find(|seen| Some(seen.id) == id);
        let mut metadata = Metadata::default();
        if let Some(event) = event {
            metadata.correlation.clone_from(&event.metadata.correlation);
            metadata.causation = if event.position == 0 { event.metadata.causation } else { Some(event.id) };
        }
        metadata
    }

    /// Whether one of the commands was refused and is tried again; then `pending` says when.
    fn refused_for_now(&self, pending: &mut Pending, answers: &[Answered<Own>]) -> bool {
        let now = self.mover.now();
        let mut is_tried_again = false;
        for (command, answer) in pending.commands.iter_mut().zip(answers) {
            command.again_at = None;
            let Answered::Refused { .. } = answer else { continue };
            let policy = command.prepared.retry_refused;
            if let Some(delay) = policy.and_then(|policy| policy.delay_after(command.refused + 1)) {
                command.refused += 1;
                command.again_at = Some(now.after(delay));
                is_tried_again = true;
            }
        }
        is_tried_again
    }

    /// The saga's own events that follow, and the end of the transition.
    fn answered(&mut self, pending: &Pending, answers: Vec<Answered<Own>>) -> Result<Vec<SagaEntry>, String> {
        let (mut undo, mut follow) = (Vec::new(), Vec::new());
        for (index, answer) in answers.into_iter().enumerate() {
            let own = match answer {
                Answered::Accepted(own) => {
                    let undoes = self.saga.origin().command(pending, index);
                    let prepared = pending.commands[index].prepared.undo.as_deref().cloned();
                    undo.extend(prepared.map(|prepared| Undo { prepared, undoes }));
                    own?
                }
                Answered::Refused { own, .. } => own?,
            };
            if let Some(own) = own {
                let id = self.saga.origin().event(pending, index);
                follow.push(self.own_event(own, id, pending.trigger, follow.len())?);
            }
        }
        self.saga.went_on();
        self.saga.progress.undo.extend(undo);
        let mut entries = Vec::new();
        for (plain, stored) in follow {
            self.saga.progress.unreacted.push_back(plain.id);
            self.saga.seen.push(Arc::new(plain));
            entries.push(SagaEntry::Own(stored));
        }
        self.saga.conclude(pending.completes, pending.fails.clone());
        Ok(entries)
    }

    /// An event of the saga's own, as its code wrote it and as it is stored.
    fn own_event(
        &self,
        own: OwnEvent,
        id: EventId,
        trigger: Trigger,
        before: usize,
    ) -> Result<(StoredEvent, StoredEvent), String> {
        let (core, saga) = (&self.mover.app.core, &self.saga.stored.id);
        let OwnEvent { name, schema_version, payload } = own;
        let limit = core.settings.event_size;
        if payload.len() > limit {
            return Err(format!("the event `{name}` has {} bytes, and the limit is {limit}", payload.len()));
        }
        let stream = StreamId::new(saga.saga(), saga.id());
        let part = Part::Event { name: &name, schema_version };
        let written = core.extensions.codec.write(payload.clone(), &stream, part);
        let written = written.map_err(|error| format!("the serializer cannot write the event `{name}`: {error}"))?;
        let plain = StoredEvent {
            id,
            version: (self.saga.seen.len() + before + 1) as u64,
            position: 0,
            partition: partition_of(&stream),
            stream,
            name: name.into(),
            schema_version,
            payload,
            metadata: self.metadata(trigger),
            recorded_at: self.mover.now(),
            occurred_at: None,
        };
        let stored = StoredEvent { payload: written, ..plain.clone() };
        Ok((plain, stored))
    }

    /// Undoes what the saga did last; where nothing is left, it has failed.
    async fn undo(&mut self) -> Saved {
        let Some(undo) = self.saga.progress.undo.last().cloned() else {
            let why = self.saga.progress.fails.take();
            let told = [why, self.saga.stored.error.take()].into_iter().flatten().collect::<Vec<_>>();
            self.saga.stored.error = (!told.is_empty()).then(|| told.join("; "));
            self.saga.end(SagaStatus::Failed);
            return self.save(Vec::new()).await;
        };
        match self.send_undo(&undo).await {
            Ok(Answered::Accepted(())) => self.saga.went_on(),
            Ok(Answered::Refused { text, .. }) => {
                self.saga.progress.failing = None;
                telemetry::saga::not_undone(&self.saga.stored.id, &undo.prepared.command, &text);
                self.saga.stored.error = Some(format!("`{}` was refused: {text}", undo.prepared.command));
            }
            Err(Unanswered { at_once: true, .. }) => return Ok(true),
            Err(Unanswered { error, .. }) => return self.fail(error).await,
        }
        self.saga.progress.undo.pop();
        self.save(Vec::new()).await
    }

    async fn send_undo(&mut self, undo: &Undo) -> Result<Answered<()>, Unanswered> {
        let prepared = &undo.prepared;
        let Some(send) = self.mover.app.model().sender_of(&prepared.command, &prepared.aggregate) else {
            return Err(Unanswered::because(format!(
                "no aggregate `{}` of this program decides the command `{}`, which undoes another",
                prepared.aggregate, prepared.command
            )));
        };
        let trigger = self.saga.progress.started.map_or(Trigger::Deadline, Trigger::Event);
        let call = Call {
            core: Arc::clone(&self.mover.app.core),
            payload: prepared.payload.clone().map_err(Unanswered::because)?,
            options: self.options(self.saga.origin().undo(undo), trigger),
            is_last: true,
        };
        caught(send(call)).await.unwrap_or_else(|panic| Err(Unanswered::because(format!("it panicked: {panic}"))))
    }
}
