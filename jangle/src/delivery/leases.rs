//! The leases of a process, renewed together.

use crate::{
    store::{LaneId, Owner, StoreError, ViewStore},
    time::Environment,
};
use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// The lanes that this process owns.
pub(crate) struct Leases {
    pub(crate) owner: Owner,
    pub(crate) duration: Duration,
    /// Cancelled when nothing is to be renewed any more.
    pub(crate) over: CancellationToken,
    views: Arc<dyn ViewStore>,
    environment: Arc<dyn Environment>,
    held: Mutex<HashMap<LaneId, Held>>,
    /// What renews them.
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Held {
    epoch: u64,
    tenure: Tenure,
}

/// The time for which a lane is surely this process's. It passes where the lease cannot be renewed, and while the
/// process is stopped, whoever notices.
#[derive(Debug, Clone)]
pub(crate) struct Tenure {
    pub(crate) lost: CancellationToken,
    began: Instant,
    /// Milliseconds since it began.
    ends: Arc<AtomicU64>,
}

impl Tenure {
    /// From `began` on, for `duration`.
    pub(crate) fn new(began: Instant, duration: Duration) -> Self {
        let tenure = Self { lost: CancellationToken::new(), began, ends: Arc::default() };
        tenure.extend(began, duration);
        tenure
    }

    fn extend(&self, from: Instant, duration: Duration) {
        let ends = (from - self.began).saturating_add(duration).as_millis();
        self.ends.fetch_max(u64::try_from(ends).unwrap_or(u64::MAX), Ordering::AcqRel);
    }

    fn left(&self) -> Duration {
        Duration::from_millis(self.ends.load(Ordering::Acquire)).saturating_sub(self.began.elapsed())
    }

    /// Whether the lane may be another's.
    pub(crate) fn is_over(&self) -> bool {
        self.lost.is_cancelled() || self.left().is_zero()
    }
}

impl fmt::Debug for Leases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leases").field("owner", &self.owner).finish_non_exhaustive()
    }
}

impl Leases {
    pub(crate) fn new(views: Arc<dyn ViewStore>, environment: Arc<dyn Environment>, duration: Duration) -> Self {
        let owner = Owner(environment.new_id());
        Self {
            owner,
            duration,
            over: CancellationToken::new(),
            views,
            environment,
            held: Mutex::default(),
            thread: Mutex::default(),
        }
    }

    /// Notes which thread renews them.
    pub(crate) fn kept_by(&self, thread: JoinHandle<()>) {
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
    }

    /// Ends the renewals, and waits until their thread has ended.
    pub(crate) async fn end_renewals(&self) {
        self.over.cancel();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<LaneId, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a lane is owned; what `tenure` has lost is cancelled where another process takes it.
    pub(crate) fn hold(&self, lane: LaneId, epoch: u64, tenure: Tenure) {
        self.held().insert(lane, Held { epoch, tenure });
    }

    /// Renews these no more.
    pub(crate) fn forget<'a>(&self, lanes: impl Iterator<Item = &'a LaneId>) {
        let mut held = self.held();
        for lane in lanes {
            held.remove(lane);
        }
    }

    /// Gives leases back, so that another process need not wait for their end.
    pub(crate) async fn give_back(&self, lanes: Vec<LaneId>) -> Result<(), StoreError> {
        let lanes: Vec<(LaneId, u64)> = {
            let mut held = self.held();
            lanes.into_iter().filter_map(|lane| held.remove(&lane).map(|held| (lane, held.epoch))).collect()
        };
        if lanes.is_empty() {
            return Ok(());
        }
        self.views.release(lanes).await
    }

    /// Gives back whatever is still held.
    pub(crate) async fn give_all_back(&self) -> Result<(), StoreError> {
        let lanes = self.held().keys().cloned().collect();
        self.give_back(lanes).await
    }

    /// Renews all leases, a few times within their duration, for as long as it is polled.
    pub(crate) async fn keep(&self) {
        loop {
            tokio::time::sleep(self.duration / 3).await;
            let lanes: Vec<(LaneId, u64)> = self.held().iter().map(|(lane, held)| (lane.clone(), held.epoch)).collect();
            if lanes.is_empty() {
                continue;
            }
            let begun = Instant::now();
            let until = self.environment.now().after(self.duration);
            // A store that does not answer must not keep a lane from noticing that its time is over.
            let renewed = timeout(self.shortest(), self.views.renew(self.owner, lanes.clone(), until));
            match renewed.await {
                Ok(Ok(lost)) => {
                    self.lose(&lanes, lost);
                    self.extend(&lanes, begun);
                }
                Ok(Err(StoreError::Closed)) => return,
                Ok(Err(error)) => tracing::warn!(%error, "leases cannot be renewed"),
                Err(_) => tracing::warn!("leases cannot be renewed: the store does not answer"),
            }
            self.end();
        }
    }

    /// The time until the first lease ends.
    fn shortest(&self) -> Duration {
        self.held().values().map(|held| held.tenure.left()).min().unwrap_or(self.duration)
    }

    fn extend(&self, renewed: &[(LaneId, u64)], begun: Instant) {
        let held = self.held();
        for (lane, epoch) in renewed {
            if let Some(held) = held.get(lane).filter(|held| held.epoch == *epoch) {
                held.tenure.extend(begun, self.duration);
            }
        }
    }

    /// Gives up what could not be renewed in time: another process may have it.
    fn end(&self) {
        self.held().retain(|lane, held| {
            let is_over = held.tenure.left().is_zero();
            if is_over {
                tracing::warn!(handler = %lane.handler, "a lease ended before it could be renewed");
                held.tenure.lost.cancel();
            }
            !is_over
        });
    }

    /// A lane that was claimed anew meanwhile is not lost.
    fn lose(&self, renewed: &[(LaneId, u64)], lanes: Vec<LaneId>) {
        let mut held = self.held();
        for lane in lanes {
            let is_same = |held: &Held| renewed.iter().any(|(known, epoch)| *known == lane && *epoch == held.epoch);
            if held.get(&lane).is_some_and(is_same)
                && let Some(held) = held.remove(&lane)
            {
                tracing::warn!(handler = %lane.handler, "another process took a handler over");
                held.tenure.lost.cancel();
            }
        }
    }
}
