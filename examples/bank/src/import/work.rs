//! What the clients of an import share: the lines that are left, and what became of the others.

use super::{ImportError, ImportFailure, ImportOptions, ImportReport, Progress};
use crate::statement::StatementLine;
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

/// What became of a line.
pub(super) enum Outcome {
    Accepted,
    Refused,
    Known,
}

/// What the clients share.
pub(super) struct Work {
    pub(super) options: ImportOptions,
    accounts: Mutex<VecDeque<Vec<StatementLine>>>,
    lines: u64,
    accepted: AtomicU64,
    refused: AtomicU64,
    known: AtomicU64,
    done: AtomicU64,
    stop: AtomicBool,
    progress: Progress,
}

impl Work {
    pub(super) fn new(lines: Vec<StatementLine>, options: ImportOptions, progress: Progress) -> Self {
        Self {
            options,
            lines: lines.len() as u64,
            accounts: Mutex::new(by_account(lines)),
            accepted: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            known: AtomicU64::new(0),
            done: AtomicU64::new(0),
            stop: false.into(),
            progress,
        }
    }

    pub(super) fn next_account(&self) -> Option<Vec<StatementLine>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).pop_front().filter(|_| !self.stopped())
    }

    pub(super) fn count(&self, outcome: Outcome) {
        let counter = match outcome {
            Outcome::Accepted => &self.accepted,
            Outcome::Refused => &self.refused,
            Outcome::Known => &self.known,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        (self.progress)(self.done.fetch_add(1, Ordering::Relaxed) + 1);
    }

    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub(super) fn error(&self, cause: ImportFailure) -> ImportError {
        ImportError { done: self.done.load(Ordering::Relaxed), lines: self.lines, cause }
    }

    pub(super) fn report(&self, sending: Duration, catching_up: Duration) -> ImportReport {
        ImportReport {
            lines: self.lines,
            accepted: self.accepted.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            known: self.known.load(Ordering::Relaxed),
            sending,
            catching_up,
        }
    }
}

/// The lines of each account in their order; the longest accounts first, so that no client is left with one at the end.
fn by_account(lines: Vec<StatementLine>) -> VecDeque<Vec<StatementLine>> {
    let mut accounts: HashMap<String, Vec<StatementLine>> = HashMap::new();
    for line in lines {
        accounts.entry(line.account.clone()).or_default().push(line);
    }
    let mut accounts: Vec<_> = accounts.into_values().collect();
    accounts.sort_by_key(|lines| (std::cmp::Reverse(lines.len()), lines.first().map(|line| line.number)));
    accounts.into()
}
