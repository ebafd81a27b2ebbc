//! What handlers saw, and a gate that some of them wait at.

use crate::accounts::Deposited;
use jangle::Recorded;
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::{Semaphore, watch};

/// Shared by the handlers of an application as its state.
#[derive(Debug)]
pub struct Probe {
    log: Mutex<Vec<(&'static str, String, u64)>>,
    count: watch::Sender<usize>,
    pub gate: Semaphore,
    broken: AtomicBool,
}

impl Default for Probe {
    fn default() -> Self {
        Self {
            log: Mutex::default(),
            count: watch::Sender::new(0),
            gate: Semaphore::new(0),
            broken: AtomicBool::new(false),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not today")]
pub struct NotToday;

impl Probe {
    pub fn note(&self, what: &'static str, event: &Recorded<Deposited>) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.push((what, event.aggregate_id().to_owned(), event.version()));
        drop(log);
        self.count.send_modify(|count| *count += 1);
    }

    /// Everything that was noted as `what`: account and version.
    pub fn seen(&self, what: &str) -> Vec<(String, u64)> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.iter().filter(|(known, ..)| *known == what).map(|(_, id, version)| (id.clone(), *version)).collect()
    }

    /// The versions of an account's events that were noted as `what`.
    pub fn versions(&self, what: &str, account: &str) -> Vec<u64> {
        self.seen(what).into_iter().filter(|(id, _)| id == account).map(|(_, version)| version).collect()
    }

    /// Waits, without a clock, until so much was noted as `what`.
    pub async fn until(&self, what: &str, times: usize) {
        let mut count = self.count.subscribe();
        while self.seen(what).len() < times {
            count.changed().await.unwrap();
        }
    }

    /// Whether handlers that ask are to fail.
    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::SeqCst);
    }

    /// Fails while it is broken.
    pub fn work(&self) -> Result<(), NotToday> {
        if self.broken.load(Ordering::SeqCst) { Err(NotToday) } else { Ok(()) }
    }
}
