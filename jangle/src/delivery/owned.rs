//! A lane that this process owns.

use super::{
    Feed,
    exceptions::{Due, Exceptions, TargetChange, Targets},
    lane::{Destination, GONE, Lane},
    leases::Tenure,
    pause::Pause,
    retries::Retries,
    run::Failure,
    status::LaneStatus,
};
use crate::{
    app::{Inner, Jangle},
    error::StartError,
    event::EventId,
    model::HandlerEntry,
    store::{
        Generation, LaneCommit, LaneId, LaneOutcome, Move, PartitionRange, RowChange, StoreError, StoredEvent, StreamId,
    },
    telemetry,
};
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// How many positions without work may pass, and for how long, before the checkpoint is stored: others wait for it.
const LEAD: u64 = 10_000;
const LEAD_FOR: Duration = Duration::from_millis(50);

/// A lane that this process owns.
#[derive(Debug)]
pub(crate) struct OwnedLane {
    pub(crate) entry: &'static HandlerEntry,
    pub(crate) app: Arc<Inner>,
    pub(crate) exceptions: Exceptions,
    pub(crate) pause: Pause,
    pub(crate) tenure: Tenure,
    partitions: PartitionRange,
    pieces: Vec<Piece>,
    status: watch::Sender<LaneStatus>,
    /// When the lead over the stored checkpoints is to be stored, where there is one.
    store_at: Option<Instant>,
    /// How far events were read, where that is beyond what is done.
    pub(super) read_to: u64,
    /// The handlers about whose dead letters something is to be done.
    pub(super) remedies: watch::Receiver<HashSet<Arc<str>>>,
}

/// A stored range of the lane. Ranges that other processes divided stand at different positions until they meet.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) partitions: PartitionRange,
    /// By destination.
    pub(super) targets: Vec<Target>,
}

/// A destination with its progress.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) destination: Destination,
    pub(super) id: LaneId,
    pub(super) epoch: u64,
    /// As stored.
    pub(super) checkpoint: u64,
    /// Everything up to here is done, but for exceptions. Above the checkpoint there was nothing for this handler.
    pub(super) position: u64,
    pub(super) event: Option<EventId>,
}

/// Why a lane stops for the moment.
#[derive(Debug)]
pub(crate) enum LaneStop {
    /// Another process owns it now.
    Lost,
    /// The store failed.
    Store(StoreError),
    /// The application is shutting down.
    Stopped,
}

impl From<StoreError> for LaneStop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl OwnedLane {
    pub(super) fn new(
        lane: &Lane,
        pieces: Vec<Piece>,
        exceptions: Exceptions,
        tenure: Tenure,
        status: watch::Sender<LaneStatus>,
    ) -> Self {
        let (entry, app, partitions) = (lane.entry, Arc::clone(&lane.app), lane.partitions);
        let (lost, told) = (tenure.lost.clone(), status.clone());
        // From then on others know better how far the lane is, also where a run of it hangs.
        tokio::spawn(async move {
            lost.cancelled().await;
            told.send_modify(|status| status.owned = false);
        });
        let remedies = app.remedies.subscribe();
        Self {
            entry,
            app,
            exceptions,
            pause: Pause::default(),
            tenure,
            partitions,
            pieces,
            status,
            store_at: None,
            read_to: 0,
            remedies,
        }
    }

    fn targets(&self) -> impl Iterator<Item = &Target> {
        self.pieces.iter().flat_map(|piece| &piece.targets)
    }

    /// Where the events that are to be handled next begin.
    pub(crate) fn position(&self) -> u64 {
        self.targets().map(|target| target.position).min().unwrap_or(0)
    }

    /// The destinations that do not have `event` yet; none where it is not for this lane.
    pub(crate) fn concerned(&self, event: &StoredEvent) -> Targets {
        if *event.name != *self.entry.event || !self.partitions.contains(event.partition) {
            return 0;
        }
        let targets = self.of_partition(event.partition).iter().enumerate();
        let lacking = targets.filter(|(_, target)| target.position < event.position);
        lacking.fold(0, |targets, (index, _)| targets | 1 << index)
    }

    /// The targets of the range that has `partition`, by destination.
    pub(crate) fn of_partition(&self, partition: u8) -> &[Target] {
        let piece = self.pieces.iter().find(|piece| piece.partitions.contains(partition));
        piece.map_or(&[], |piece| &piece.targets)
    }

    /// Waits until something may be to be done about dead letters.
    pub(crate) fn until_remedies(&self) -> impl Future<Output = ()> + use<> {
        let mut remedies = self.remedies.clone();
        async move {
            if remedies.changed().await.is_err() {
                std::future::pending().await
            }
        }
    }

    pub(crate) fn feed(&self) -> &Arc<Feed> {
        &self.app.feed
    }

    pub(crate) fn jangle(&self) -> Jangle {
        Jangle::detached(Arc::clone(&self.app))
    }

    /// Moves past `event`; what lies before it is done, or an exception.
    pub(crate) fn move_to(&mut self, event: &StoredEvent) {
        let targets = self.pieces.iter_mut().flat_map(|piece| &mut piece.targets);
        for target in targets.filter(|target| target.position < event.position) {
            target.position = event.position;
            target.event = Some(event.id);
            self.store_at.get_or_insert_with(|| Instant::now() + LEAD_FOR);
        }
    }

    /// Stores rows, the positions of the targets, and changes of exceptions.
    pub(crate) async fn commit(
        &mut self,
        rows: Vec<(Generation, RowChange)>,
        exceptions: &[TargetChange],
    ) -> Result<(), LaneStop> {
        let moves = self.pieces.iter().flat_map(|piece| {
            piece.targets.iter().enumerate().map(|(index, target)| Move {
                lane: target.id.clone(),
                epoch: target.epoch,
                from: target.checkpoint,
                to: target.position,
                event: target.event,
                exceptions: exceptions
                    .iter()
                    .filter(|of| of.targets >> index & 1 == 1 && piece.partitions.contains(of.partition))
                    .map(|of| of.change.clone())
                    .collect(),
            })
        });
        let commit = LaneCommit { moves: moves.collect(), rows };
        match self.app.core.stores.views.commit(commit).await? {
            LaneOutcome::Refused => return Err(LaneStop::Lost),
            LaneOutcome::Committed => {}
        }
        for target in self.pieces.iter_mut().flat_map(|piece| &mut piece.targets) {
            target.checkpoint = target.position;
        }
        self.store_at = None;
        self.exceptions.forget_to(self.position());
        Ok(())
    }

    /// Whether the stored checkpoints are behind for so long, or so far, that they are to be stored.
    pub(crate) fn is_time_to_store(&self) -> bool {
        let lead = || self.targets().map(|target| target.position - target.checkpoint).max().unwrap_or(0);
        self.store_at.is_some_and(|at| at <= Instant::now()) || lead() >= LEAD
    }

    /// Waits until the checkpoints are to be stored.
    pub(crate) fn until_time_to_store(&self) -> impl Future<Output = ()> + use<> {
        let at = self.store_at;
        async move {
            match at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        }
    }

    /// Tells others how far the lane is, if everything up to `position` was tried.
    pub(crate) fn publish(&self, position: u64) {
        let done = self.exceptions.lowest().map_or(position, |lowest| position.min(lowest - 1));
        let dead = self.exceptions.dead().cloned();
        self.status.send_if_modified(|status| {
            let owned = !self.tenure.lost.is_cancelled();
            let is_new = status.done != done || status.dead != dead || status.owned != owned;
            *status = LaneStatus { done, dead, owned };
            is_new
        });
    }

    /// Notes that an event was handled.
    pub(crate) fn succeeded(&mut self, position: u64) -> Option<TargetChange> {
        if self.pause.succeeded() {
            tracing::info!(handler = self.entry.meta.name, "a handler works again, and goes on");
        }
        self.exceptions.done(position)
    }

    /// Notes that handling an event failed.
    pub(crate) fn failed(
        &mut self,
        event: &StoredEvent,
        targets: Targets,
        failure: impl Into<Failure>,
    ) -> Vec<TargetChange> {
        if self.pause.failed(&event.stream) {
            tracing::error!(
                handler = self.entry.meta.name,
                "a handler fails for one aggregate after another; it pauses, and tries one event now and then"
            );
        }
        let retries = Retries::new(self.app.retry_of(self.entry), self.entry.on_dead, &self.app.core.settings);
        let now = self.app.core.environment.now();
        let changes = self.exceptions.failed(event, targets, failure.into(), retries, now);
        if let Some(change) = changes.first() {
            telemetry::delivery::failed(self.entry, event, &change.change);
        }
        changes
    }

    /// Whether the lane should go on; it must not where it was lost or the application stops.
    pub(crate) fn check(&self) -> Result<(), LaneStop> {
        match (self.tenure.is_over(), self.app.stop.is_cancelled()) {
            (true, _) => Err(LaneStop::Lost),
            (_, true) => Err(LaneStop::Stopped),
            _ => Ok(()),
        }
    }

    /// An event that is to be tried again now; its aggregate must not be busy.
    pub(crate) async fn take_due(&mut self, is_busy: impl Fn(&StreamId) -> bool) -> Result<Option<Due>, LaneStop> {
        let now = self.app.core.environment.now();
        if self.pause.next_probe().is_some() && !self.is_probe_due(now, &is_busy) {
            return Ok(None);
        }
        let Some((position, targets)) = self.exceptions.take_due(now, is_busy) else { return Ok(None) };
        match self.feed().read_at(vec![position]).await.map(|mut events| events.pop()) {
            Ok(Some(event)) => Ok(Some((event, targets))),
            Ok(None) => Err(LaneStop::Store(StoreError::Damaged { reason: format!("{GONE}: position {position}") })),
            Err(error) => {
                self.exceptions.put_back(position);
                Err(error.into())
            }
        }
    }

    /// Whether, while the lane is paused, one of the events that wait is to be tried.
    fn is_probe_due(&mut self, now: crate::Timestamp, is_busy: impl Fn(&StreamId) -> bool) -> bool {
        self.exceptions.next_due(is_busy).is_some_and(|due| due <= now) && self.pause.admits()
    }

    /// Waits until an event can be tried again: the next exception whose aggregate is not busy, or, while the lane is
    /// paused, any, or a new one where `has_new`. Without room for one, never.
    pub(crate) fn until_due<F>(&self, has_new: bool, has_room: bool, is_busy: F) -> impl Future<Output = ()> + use<F>
    where
        F: Fn(&StreamId) -> bool,
    {
        let due = if has_room { self.exceptions.next_due(is_busy) } else { None };
        let due = due.map(|due| due.since(self.app.core.environment.now()));
        let due = due.map(|wait| Instant::now() + wait);
        let at = match self.pause.next_probe() {
            None => due,
            Some(probe) if has_new => Some(probe),
            Some(probe) => due.map(|due| due.max(probe)),
        };
        async move {
            match at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        }
    }

    /// Lets go of a lane that another process has, or that is to be claimed anew.
    pub(crate) fn forget(self) {
        self.tenure.lost.cancel();
        self.app.leases.forget(self.targets().map(|target| &target.id));
    }

    /// Gives the lease back; what is done above the checkpoint is stored first.
    pub(crate) async fn give_back(mut self) {
        let is_ahead = self.targets().any(|target| target.position > target.checkpoint);
        if is_ahead
            && !self.tenure.is_over()
            && let Err(stop) = self.commit(Vec::new(), &[]).await
        {
            tracing::debug!(?stop, handler = self.entry.meta.name, "the last progress was not stored");
        }
        self.tenure.lost.cancel();
        let ids = self.targets().map(|target| target.id.clone()).collect();
        if let Err(error) = self.app.leases.give_back(ids).await {
            tracing::warn!(%error, handler = self.entry.meta.name, "a lease could not be given back");
        }
    }

    /// Makes sure that the checkpoints are of this log, not of another one.
    pub(crate) async fn check_history(&self) -> Result<(), StartError> {
        for target in self.targets().filter(|target| target.checkpoint > 0) {
            let Some(expected) = target.event else { continue };
            let found = self.feed().read_at(vec![target.checkpoint]).await?;
            if found.first().is_none_or(|event| event.id != expected) {
                return Err(StartError::OtherHistory { handler: self.entry.meta.name, position: target.checkpoint });
            }
        }
        Ok(())
    }
}
