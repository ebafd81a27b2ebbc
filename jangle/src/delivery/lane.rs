//! A lane: one handler on its way through the events, under a lease.

use super::{
    Feed,
    exceptions::{Due, Exceptions, TargetChange, Targets},
    retries::Retries,
};
use crate::{
    app::{Inner, Jangle},
    error::StartError,
    event::EventId,
    model::HandlerEntry,
    store::{
        Claim, Claimed, Exception, ExceptionState, Generation, LaneCommit, LaneId, LaneOutcome, Move, PartitionRange,
        RowChange, StoreError, StoredEvent, StreamId,
    },
    view::ColumnInfo,
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How soon, and how late, a lane that another process has is claimed again: it may be given back at any time.
const SHORTEST_WAIT: Duration = Duration::from_millis(10);
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// How many events are read at a time when a lane is claimed.
const RESTORED: usize = 500;

/// What is said of an event that was to be tried again.
const GONE: &str = "the event is gone from the store";

/// How far a lane is.
#[derive(Debug, Clone, Default)]
pub(crate) struct LaneStatus {
    /// Every event up to here is handled or set aside.
    pub(crate) done: u64,
    /// The first event that was set aside, and why.
    pub(crate) dead: Option<(u64, String)>,
}

/// A lane as others see it.
#[derive(Debug)]
pub(crate) struct LaneHandle {
    pub(crate) entry: &'static HandlerEntry,
    pub(crate) status: watch::Receiver<LaneStatus>,
}

/// What a handler fills: a generation of a view, or nothing for a reaction.
#[derive(Debug, Clone)]
pub(crate) struct Destination {
    pub(crate) view: Option<&'static str>,
    pub(crate) generation: Generation,
    pub(crate) columns: &'static [ColumnInfo],
}

/// A lane that may or may not be owned at the moment.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) entry: &'static HandlerEntry,
    pub(crate) app: Arc<Inner>,
    destinations: Vec<Destination>,
    begin_at: u64,
    status: watch::Sender<LaneStatus>,
}

/// A lane that this process owns.
#[derive(Debug)]
pub(crate) struct OwnedLane {
    pub(crate) entry: &'static HandlerEntry,
    pub(crate) app: Arc<Inner>,
    pub(crate) targets: Vec<Target>,
    pub(crate) exceptions: Exceptions,
    pub(crate) lost: CancellationToken,
    status: watch::Sender<LaneStatus>,
}

/// A destination with its progress.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) destination: Destination,
    id: LaneId,
    epoch: u64,
    /// As stored.
    checkpoint: u64,
    /// Everything up to here is done, but for exceptions. Above the checkpoint there was nothing for this handler.
    pub(crate) position: u64,
    event: Option<EventId>,
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

impl Lane {
    pub(crate) fn new(
        app: Arc<Inner>,
        entry: &'static HandlerEntry,
        destinations: Vec<Destination>,
        begin_at: u64,
        status: watch::Sender<LaneStatus>,
    ) -> Self {
        Self { entry, app, destinations, begin_at, status }
    }

    fn ids(&self) -> impl Iterator<Item = LaneId> + '_ {
        self.destinations.iter().map(|destination| LaneId {
            generation: destination.generation,
            handler: self.entry.meta.name.into(),
            partitions: PartitionRange::ALL,
        })
    }

    /// Takes the lane, as soon as no other process has it.
    pub(crate) async fn own(&self) -> Result<OwnedLane, StoreError> {
        loop {
            match self.claim().await? {
                Ok(owned) => return Ok(owned),
                Err(wait) => tokio::time::sleep(wait).await,
            }
        }
    }

    /// Takes the lane, or says after how long to try again.
    pub(crate) async fn claim(&self) -> Result<Result<OwnedLane, Duration>, StoreError> {
        let leases = &self.app.leases;
        let lost = CancellationToken::new();
        let (mut targets, mut stored) = (Vec::new(), Vec::new());
        for (id, destination) in self.ids().zip(&self.destinations) {
            let now = self.app.core.environment.now();
            let claim = Claim {
                lane: id.clone(),
                owner: leases.owner,
                now,
                until: now.after(leases.duration),
                begin_at: self.begin_at,
            };
            match self.app.core.stores.views.claim(claim).await? {
                Claimed::Taken { until } => {
                    leases.give_back(targets.into_iter().map(|target: Target| target.id).collect()).await?;
                    return Ok(Err(until.since(now).clamp(SHORTEST_WAIT, LONGEST_WAIT)));
                }
                Claimed::Owned { epoch, checkpoint, event, exceptions } => {
                    leases.hold(id.clone(), epoch, lost.clone());
                    let this: Targets = 1 << targets.len();
                    stored.extend(exceptions.into_iter().map(|exception| (this, exception)));
                    let destination = destination.clone();
                    targets.push(Target { destination, id, epoch, checkpoint, position: checkpoint, event });
                }
            }
        }
        let exceptions = self.restore(stored).await?;
        let (entry, app, status) = (self.entry, Arc::clone(&self.app), self.status.clone());
        let owned = OwnedLane { entry, app, targets, exceptions, lost, status };
        owned.publish(owned.position());
        Ok(Ok(owned))
    }

    /// Of what waits, the events are read for their aggregates only.
    async fn restore(&self, stored: Vec<(Targets, Exception)>) -> Result<Exceptions, StoreError> {
        let mut exceptions = Exceptions::default();
        let (dead, waiting): (Vec<_>, Vec<_>) =
            stored.into_iter().partition(|(_, exception)| exception.state == ExceptionState::Dead);
        for (targets, exception) in dead {
            exceptions.restore_dead(exception.position, targets, exception.error);
        }
        for page in waiting.chunks(RESTORED) {
            let positions: BTreeSet<u64> = page.iter().map(|(_, exception)| exception.position).collect();
            let events = self.app.feed.read_at(positions.into_iter().collect()).await?;
            let streams: HashMap<u64, _> = events.iter().map(|event| (event.position, &event.stream)).collect();
            for (targets, exception) in page {
                match streams.get(&exception.position) {
                    Some(stream) => exceptions.restore(stream, *targets, exception),
                    None => exceptions.restore_dead(exception.position, *targets, GONE.to_owned()),
                }
            }
        }
        Ok(exceptions)
    }
}

impl OwnedLane {
    /// Where the events that are to be handled next begin.
    pub(crate) fn position(&self) -> u64 {
        self.targets.iter().map(|target| target.position).min().unwrap_or(0)
    }

    /// How far a batch may reach, so that targets that are ahead are met exactly.
    pub(crate) fn bound(&self) -> u64 {
        let position = self.position();
        let ahead = self.targets.iter().map(|target| target.position).filter(|ahead| *ahead > position);
        ahead.min().unwrap_or(u64::MAX)
    }

    /// The targets that the events after [`position`](Self::position) concern.
    pub(crate) fn active(&self) -> Targets {
        let position = self.position();
        let active = self.targets.iter().enumerate().filter(|(_, target)| target.position == position);
        active.fold(0, |targets, (index, _)| targets | 1 << index)
    }

    pub(crate) fn feed(&self) -> &Arc<Feed> {
        &self.app.feed
    }

    /// When events that failed are handled again.
    pub(crate) fn retries(&self) -> Retries {
        Retries::new(self.entry.retry, &self.app.core.settings)
    }

    pub(crate) fn jangle(&self) -> Jangle {
        Jangle::detached(Arc::clone(&self.app))
    }

    /// Moves past `event`; what lies before it is done, or an exception.
    pub(crate) fn move_to(&mut self, event: &StoredEvent) {
        let position = self.position();
        for target in self.targets.iter_mut().filter(|target| target.position == position) {
            target.position = event.position;
            target.event = Some(event.id);
        }
    }

    /// Stores rows, the positions of the targets, and changes of exceptions.
    pub(crate) async fn commit(
        &mut self,
        rows: Vec<(Generation, RowChange)>,
        exceptions: &[TargetChange],
    ) -> Result<(), LaneStop> {
        let moves = self.targets.iter().enumerate().map(|(index, target)| Move {
            lane: target.id.clone(),
            epoch: target.epoch,
            from: target.checkpoint,
            to: target.position,
            event: target.event,
            exceptions: exceptions
                .iter()
                .filter(|(targets, _)| targets >> index & 1 == 1)
                .map(|(_, change)| change.clone())
                .collect(),
        });
        let commit = LaneCommit { moves: moves.collect(), rows };
        match self.app.core.stores.views.commit(commit).await? {
            LaneOutcome::Refused => return Err(LaneStop::Lost),
            LaneOutcome::Committed => {}
        }
        for target in &mut self.targets {
            target.checkpoint = target.position;
        }
        self.exceptions.forget_to(self.position());
        Ok(())
    }

    /// Whether the stored checkpoints are behind.
    fn is_ahead(&self) -> bool {
        self.targets.iter().any(|target| target.position > target.checkpoint)
    }

    /// How far the stored checkpoints are behind.
    pub(crate) fn lead(&self) -> u64 {
        self.targets.iter().map(|target| target.position - target.checkpoint).max().unwrap_or(0)
    }

    /// Tells others how far the lane is, if everything up to `position` was tried.
    pub(crate) fn publish(&self, position: u64) {
        let done = self.exceptions.lowest().map_or(position, |lowest| position.min(lowest - 1));
        let dead = self.exceptions.dead().cloned();
        self.status.send_if_modified(|status| {
            let is_new = status.done != done || status.dead != dead;
            *status = LaneStatus { done, dead };
            is_new
        });
    }

    /// Whether the lane should go on; it must not where it was lost or the application stops.
    pub(crate) fn check(&self) -> Result<(), LaneStop> {
        match (self.lost.is_cancelled(), self.app.stop.is_cancelled()) {
            (true, _) => Err(LaneStop::Lost),
            (_, true) => Err(LaneStop::Stopped),
            _ => Ok(()),
        }
    }

    /// An event that is to be tried again now; its aggregate must not be busy.
    pub(crate) async fn take_due(&mut self, is_busy: impl Fn(&StreamId) -> bool) -> Result<Option<Due>, LaneStop> {
        let now = self.app.core.environment.now();
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

    /// Waits until the next exception is due whose aggregate is not busy.
    pub(crate) fn until_due<F: Fn(&StreamId) -> bool>(&self, is_busy: F) -> impl Future<Output = ()> + use<F> {
        let due = self.exceptions.next_due(is_busy).map(|due| due.since(self.app.core.environment.now()));
        async move {
            match due {
                Some(wait) => tokio::time::sleep(wait).await,
                None => std::future::pending().await,
            }
        }
    }

    /// Lets go of a lane that another process has, or that is to be claimed anew.
    pub(crate) fn forget(self) {
        self.lost.cancel();
        self.app.leases.forget(self.targets.iter().map(|target| &target.id));
    }

    /// Gives the lease back; what is done above the checkpoint is stored first.
    pub(crate) async fn give_back(mut self) {
        if self.is_ahead()
            && !self.lost.is_cancelled()
            && let Err(stop) = self.commit(Vec::new(), &[]).await
        {
            tracing::debug!(?stop, handler = self.entry.meta.name, "the last progress was not stored");
        }
        self.lost.cancel();
        let ids = self.targets.iter().map(|target| target.id.clone()).collect();
        if let Err(error) = self.app.leases.give_back(ids).await {
            tracing::warn!(%error, handler = self.entry.meta.name, "a lease could not be given back");
        }
    }

    /// Makes sure that the checkpoints are of this log, not of another one.
    pub(crate) async fn check_history(&self) -> Result<(), StartError> {
        for target in self.targets.iter().filter(|target| target.checkpoint > 0) {
            let Some(expected) = target.event else { continue };
            let found = self.feed().read_at(vec![target.checkpoint]).await?;
            if found.first().is_none_or(|event| event.id != expected) {
                return Err(StartError::OtherHistory { handler: self.entry.meta.name, position: target.checkpoint });
            }
        }
        Ok(())
    }
}
