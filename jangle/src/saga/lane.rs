//! The lane of a saga type: puts events into inboxes, and moves the sagas that have something to do.
//!
//! Each type has one lane, whatever the number of lanes of handlers: so each saga gets its events in the order of their
//! positions, and comes back the same when it is rebuilt. The sagas themselves are moved side by side.

use super::{advance::Mover, logic::SagaLogic};
use crate::{
    Timestamp,
    delivery::{LaneStop, OwnedLane},
    store::{DueSagas, SagaId, StoreError, StoredEvent},
};
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::task::{JoinError, JoinSet};

/// How often the store is asked what other processes did: somebody may have told a saga to go on.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// There is one target: a saga fills no view.
const ONLY: u64 = 1;

/// The sagas of one type.
struct Sagas {
    logic: &'static SagaLogic,
    mover: Mover,
    /// The names of the events that they receive.
    names: HashSet<&'static str>,
    running: JoinSet<(SagaId, Result<(), StoreError>)>,
    busy: HashSet<SagaId>,
}

/// Receives events and moves sagas until the lane stops; then waits for what is under way.
pub(crate) async fn follow(lane: &mut OwnedLane, logic: &'static SagaLogic) -> LaneStop {
    let names = (logic.receivers)().iter().filter(|info| !info.is_own).map(|info| info.event.meta.name).collect();
    let mover = Mover { app: Arc::clone(&lane.app), logic, tenure: lane.tenure.clone() };
    let mut sagas = Sagas { logic, mover, names, running: JoinSet::new(), busy: HashSet::new() };
    let stop = loop {
        if let Err(stop) = sagas.turn(lane).await {
            break stop;
        }
    };
    while sagas.running.join_next().await.is_some() {}
    stop
}

impl Sagas {
    /// Receives what there is, starts what is due, stores progress when it is time, and waits for something to happen.
    async fn turn(&mut self, lane: &mut OwnedLane) -> Result<(), LaneStop> {
        lane.check()?;
        lane.carry_out_remedies().await?;
        let mut head = lane.feed().head();
        head.mark_unchanged();
        let mut told = lane.app.sagas_told.subscribe();
        told.mark_unchanged();
        let more = self.receive(lane).await?;
        let due = self.due(lane).await?;
        let read_until = if due.sagas.is_empty() { None } else { self.read_until(lane).await? };
        self.start(lane, due.sagas, read_until);
        if lane.is_time_to_store() {
            lane.commit(Vec::new(), &[]).await?;
        }
        let done = due.held_from.map_or(lane.position(), |held| lane.position().min(held.saturating_sub(1)));
        lane.publish(done);
        if more {
            return Ok(());
        }
        let (app, stop, lost) = (Arc::clone(&lane.app), lane.app.stop.clone(), lane.tenure.lost.clone());
        let next = async {
            match due.next {
                Some(at) => app.core.environment.until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(finished) = self.running.join_next() => {
                self.finish(finished)?;
                while let Some(finished) = self.running.try_join_next() {
                    self.finish(finished)?;
                }
            }
            changed = head.changed() => changed.map_err(|_| LaneStop::Stopped)?,
            changed = told.changed() => changed.map_err(|_| LaneStop::Stopped)?,
            () = next => {}
            () = lane.until_due(false, true, |_| false) => {}
            () = lane.until_time_to_store() => {}
            () = lane.until_remedies() => {}
            () = tokio::time::sleep(ASK_EVERY) => {}
            () = lost.cancelled() => {}
            () = stop.cancelled() => {}
        }
        Ok(())
    }

    /// Puts the next events into the inboxes of their sagas; answers whether there may be more.
    async fn receive(&mut self, lane: &mut OwnedLane) -> Result<bool, LaneStop> {
        let mut exceptions = Vec::new();
        while let Some((event, _)) = lane.take_due(|_| false).await? {
            match self.arrivals(lane, &event) {
                Ok(arrivals) => {
                    self.store(lane, arrivals).await?;
                    exceptions.extend(lane.succeeded(event.position));
                }
                Err(error) => exceptions.extend(lane.failed(&event, ONLY, error)),
            }
        }
        let page = lane.feed().read(lane.position(), lane.app.core.settings.batch_size).await?;
        let mut arrivals = Vec::new();
        for event in &page {
            if !self.names.contains(&*event.name) || lane.exceptions.knows(event.position, ONLY) {
                continue;
            }
            match self.arrivals(lane, event) {
                Ok(found) => arrivals.extend(found),
                Err(error) => exceptions.extend(lane.failed(event, ONLY, error)),
            }
        }
        self.store(lane, arrivals).await?;
        if let Some(last) = page.last() {
            lane.move_to(last);
        }
        if !exceptions.is_empty() {
            lane.commit(Vec::new(), &exceptions).await?;
        }
        Ok(!page.is_empty())
    }

    /// The sagas that an event belongs to.
    fn arrivals(&self, lane: &OwnedLane, event: &Arc<StoredEvent>) -> Result<Vec<(SagaId, StoredEvent)>, String> {
        let extensions = &lane.app.core.extensions;
        let ids = match (self.logic.ids)(&*extensions.codec.plain(event)?) {
            Err(error) if extensions.ignored_events.contains(&*event.name) => {
                tracing::warn!(position = event.position, "ignored: {error}");
                return Ok(Vec::new());
            }
            ids => ids?,
        };
        Ok(ids.into_iter().map(|id| (SagaId::new(self.logic.meta.name, id), StoredEvent::clone(event))).collect())
    }

    async fn store(&self, lane: &OwnedLane, arrivals: Vec<(SagaId, StoredEvent)>) -> Result<(), LaneStop> {
        if arrivals.is_empty() {
            return Ok(());
        }
        let now = lane.app.core.environment.now();
        Ok(lane.app.core.stores.sagas.receive(arrivals, now).await?)
    }

    async fn due(&self, lane: &OwnedLane) -> Result<DueSagas, LaneStop> {
        let limit = lane.app.core.settings.reaction_runs + self.busy.len();
        let now = lane.app.core.environment.now();
        Ok(lane.app.core.stores.sagas.due_sagas(self.logic.meta.name.into(), now, limit).await?)
    }

    /// The time until which all recorded events have come, if that is known.
    async fn read_until(&self, lane: &OwnedLane) -> Result<Option<Timestamp>, LaneStop> {
        let now = lane.app.core.environment.now();
        let head = lane.feed().ask_head().await?;
        Ok((lane.position() >= head).then_some(now))
    }

    fn start(&mut self, lane: &OwnedLane, due: Vec<SagaId>, read_until: Option<Timestamp>) {
        for id in due {
            if self.running.len() >= lane.app.core.settings.reaction_runs {
                return;
            }
            if self.busy.insert(id.clone()) {
                let mover = self.mover.clone();
                self.running.spawn(async move {
                    let moved = mover.advance(id.clone(), read_until).await;
                    (id, moved)
                });
            }
        }
    }

    fn finish(&mut self, finished: Result<(SagaId, Result<(), StoreError>), JoinError>) -> Result<(), LaneStop> {
        match finished {
            Ok((id, moved)) => {
                self.busy.remove(&id);
                moved.map_err(LaneStop::Store)
            }
            Err(error) => Err(LaneStop::Store(StoreError::failed(error.to_string()))),
        }
    }
}
