//! The leases of a process, renewed together.

use crate::{
    store::{LaneId, Owner, StoreError, ViewStore},
    time::Environment,
};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// The lanes that this process owns.
pub(crate) struct Leases {
    pub(crate) owner: Owner,
    pub(crate) duration: Duration,
    views: Arc<dyn ViewStore>,
    environment: Arc<dyn Environment>,
    held: Mutex<HashMap<LaneId, Held>>,
}

struct Held {
    epoch: u64,
    lost: CancellationToken,
}

impl fmt::Debug for Leases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leases").field("owner", &self.owner).finish_non_exhaustive()
    }
}

impl Leases {
    pub(crate) fn new(views: Arc<dyn ViewStore>, environment: Arc<dyn Environment>, duration: Duration) -> Self {
        let owner = Owner(environment.new_id());
        Self { owner, duration, views, environment, held: Mutex::default() }
    }

    /// Notes that a lane is owned; `lost` is cancelled where another process takes it.
    pub(crate) fn hold(&self, lane: LaneId, epoch: u64, lost: CancellationToken) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(lane, Held { epoch, lost });
    }

    /// Renews these no more.
    pub(crate) fn forget<'a>(&self, lanes: impl Iterator<Item = &'a LaneId>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for lane in lanes {
            held.remove(lane);
        }
    }

    /// Gives leases back, so that another process need not wait for their end.
    pub(crate) async fn give_back(&self, lanes: Vec<LaneId>) -> Result<(), StoreError> {
        let lanes: Vec<(LaneId, u64)> = {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            lanes.into_iter().filter_map(|lane| held.remove(&lane).map(|held| (lane, held.epoch))).collect()
        };
        if lanes.is_empty() {
            return Ok(());
        }
        self.views.release(lanes).await
    }

    /// Renews all leases, a few times within their duration, for as long as it is polled.
    pub(crate) async fn keep(&self) {
        loop {
            tokio::time::sleep(self.duration / 3).await;
            let lanes: Vec<(LaneId, u64)> = {
                let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
                held.iter().map(|(lane, held)| (lane.clone(), held.epoch)).collect()
            };
            if lanes.is_empty() {
                continue;
            }
            let until = self.environment.now().after(self.duration);
            match self.views.renew(self.owner, lanes.clone(), until).await {
                Ok(lost) => self.lose(&lanes, lost),
                Err(StoreError::Closed) => return,
                Err(error) => tracing::warn!(%error, "leases cannot be renewed"),
            }
        }
    }

    /// A lane that was claimed anew meanwhile is not lost.
    fn lose(&self, renewed: &[(LaneId, u64)], lanes: Vec<LaneId>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for lane in lanes {
            let is_same = |held: &Held| renewed.iter().any(|(known, epoch)| *known == lane && *epoch == held.epoch);
            if held.get(&lane).is_some_and(is_same)
                && let Some(held) = held.remove(&lane)
            {
                tracing::warn!(handler = %lane.handler, "another process took a handler over");
                held.lost.cancel();
            }
        }
    }
}
