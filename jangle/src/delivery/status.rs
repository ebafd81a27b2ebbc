//! How far lanes are, as others see it: here, and in other processes.

use super::Feed;
use crate::{
    Timestamp,
    model::HandlerEntry,
    store::{Generation, LaneProgress, PartitionRange, StoreError, Stores, ViewStore},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often the store is asked about lanes of other processes, while somebody waits for one.
const ASK_EVERY: Duration = Duration::from_millis(20);

/// How far a lane is.
#[derive(Debug, Clone, Default)]
pub(crate) struct LaneStatus {
    /// Every event up to here is handled or set aside.
    pub(crate) done: u64,
    /// The first event that was set aside, and why.
    pub(crate) dead: Option<(u64, String)>,
    /// Whether this process has it, and therefore knows best.
    pub(crate) owned: bool,
}

/// A lane as others see it.
#[derive(Debug)]
pub(crate) struct LaneHandle {
    pub(crate) entry: &'static HandlerEntry,
    pub(crate) partitions: PartitionRange,
    pub(crate) generations: Vec<Generation>,
    pub(crate) status: watch::Sender<LaneStatus>,
    pub(crate) others: Arc<Others>,
}

/// Follows the lanes of other processes while somebody waits.
#[derive(Debug)]
pub(crate) struct Others {
    feed: Arc<Feed>,
    /// Cancelled when handlers take no more events.
    pub(super) stop: CancellationToken,
    waiting: watch::Sender<usize>,
}

/// Somebody who waits.
#[derive(Debug)]
pub(crate) struct Waiting<'a>(&'a Others);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.send_modify(|waiting| *waiting -= 1);
    }
}

impl Others {
    pub(crate) fn new(feed: Arc<Feed>, stop: CancellationToken) -> Self {
        Self { feed, stop, waiting: watch::Sender::new(0) }
    }

    /// Somebody waits for `position`, as long as the answer lives.
    pub(crate) fn wait_for(&self, position: u64) -> Waiting<'_> {
        self.feed.expect(position);
        self.waiting.send_modify(|waiting| *waiting += 1);
        Waiting(self)
    }

    /// Asks `views` about `lanes`, for as long as it is polled.
    pub(crate) async fn follow(&self, lanes: &[LaneHandle], elsewhere: &[LaneHandle], stores: &Stores) {
        let mut waiting = self.waiting.subscribe();
        while waiting.wait_for(|waiting| *waiting > 0).await.is_ok() {
            let is_here = lanes.iter().all(|lane| lane.status.borrow().owned);
            if !is_here || elsewhere.iter().any(|lane| lane.status.receiver_count() > 0) {
                match progress_of(lanes.iter().chain(elsewhere), stores).await {
                    Ok(progress) => lanes.iter().chain(elsewhere).for_each(|lane| lane.follow(&progress)),
                    Err(StoreError::Closed) => return,
                    Err(error) => tracing::warn!(%error, "the store cannot be asked how far other processes are"),
                }
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
    }
}

/// The progress of all lanes. That of a saga ends before the first event from which something is still to follow.
async fn progress_of(
    lanes: impl Iterator<Item = &LaneHandle>,
    stores: &Stores,
) -> Result<Vec<LaneProgress>, StoreError> {
    let mut progress = stores.views.progress().await?;
    for lane in lanes.filter(|lane| lane.entry.saga.is_some()) {
        let due = stores.sagas.due_sagas(lane.entry.meta.name.into(), Timestamp::default(), 0).await?;
        let Some(held) = due.held_from else { continue };
        for of in progress.iter_mut().filter(|of| *of.lane.handler == *lane.entry.meta.name) {
            of.waiting = Some(of.waiting.map_or(held, |lowest| lowest.min(held)));
        }
    }
    Ok(progress)
}

/// Those of `elsewhere` that a process has at the moment.
pub(crate) async fn at_work<'a>(
    elsewhere: &'a [LaneHandle],
    views: &dyn ViewStore,
) -> Result<Vec<&'a LaneHandle>, StoreError> {
    shown(elsewhere.iter().collect(), views, |of| of.owner.is_some()).await
}

/// Those of `elsewhere` that a process has, or had.
pub(crate) async fn deployed<'a>(
    elsewhere: Vec<&'a LaneHandle>,
    views: &dyn ViewStore,
) -> Result<Vec<&'a LaneHandle>, StoreError> {
    shown(elsewhere, views, |_| true).await
}

async fn shown<'a>(
    lanes: Vec<&'a LaneHandle>,
    views: &dyn ViewStore,
    is_meant: impl Fn(&LaneProgress) -> bool,
) -> Result<Vec<&'a LaneHandle>, StoreError> {
    if lanes.is_empty() {
        return Ok(Vec::new());
    }
    let progress = views.progress().await?;
    Ok(lanes.into_iter().filter(|lane| lane.shown_in(&progress).into_iter().any(&is_meant)).collect())
}

impl LaneHandle {
    /// A handler that this process does not have.
    pub(crate) fn elsewhere(entry: &'static HandlerEntry, generations: Vec<Generation>, others: Arc<Others>) -> Self {
        let status = watch::Sender::new(LaneStatus::default());
        Self { entry, partitions: PartitionRange::ALL, generations, status, others }
    }

    /// What is stored of it. Where it fills views that this process does not know, the newest generation counts.
    fn shown_in<'a>(&self, progress: &'a [LaneProgress]) -> Vec<&'a LaneProgress> {
        let is_of = |of: &&LaneProgress| {
            *of.lane.handler == *self.entry.meta.name && of.lane.partitions.shared(self.partitions).is_some()
        };
        let newest = progress.iter().filter(is_of).map(|of| of.lane.generation).max();
        let is_meant = |of: &&LaneProgress| match self.generations.is_empty() {
            true => Some(of.lane.generation) == newest,
            false => self.generations.contains(&of.lane.generation),
        };
        progress.iter().filter(is_of).filter(is_meant).collect()
    }

    /// Takes over what the store says, unless this process knows better.
    fn follow(&self, progress: &[LaneProgress]) {
        let shown = self.shown_in(progress);
        let done = |of: &&LaneProgress| of.waiting.map_or(of.checkpoint, |lowest| of.checkpoint.min(lowest - 1));
        let done = shown.iter().map(done).min().unwrap_or(0);
        let dead = shown.iter().filter_map(|of| of.dead.clone()).min();
        self.status.send_if_modified(|status| {
            let is_new = !status.owned && (done > status.done || dead != status.dead);
            if is_new {
                *status = LaneStatus { done: done.max(status.done), dead, owned: false };
            }
            is_new
        });
    }
}
