//! What can be set, and what it is unless set.

use crate::error::StartError;
use std::{collections::BTreeSet, time::Duration};
use tokio::sync::Semaphore;

/// The settings of an application.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Settings {
    /// How long a command may wait and be retried.
    pub(crate) command_timeout: Duration,
    /// How long a query waits for the handlers that it was asked to wait for.
    pub(crate) query_timeout: Duration,
    /// How many commands may be under way.
    pub(crate) commands_under_way: usize,
    /// The largest event, in bytes.
    pub(crate) event_size: usize,
    /// How many aggregates are kept in memory, and how many bytes of events these may stand for.
    pub(crate) cached_aggregates: usize,
    pub(crate) cached_bytes: usize,
    /// The stored names of events that may be passed over.
    pub(crate) ignored_events: BTreeSet<String>,
    /// How many events a handler reads at a time.
    pub(crate) batch_size: usize,
    /// How many events are kept in memory for the handlers that keep up.
    pub(crate) recent_events: usize,
    /// How many runs of one reaction may be under way.
    pub(crate) reaction_runs: usize,
    /// How long a lease on a handler's progress lasts.
    pub(crate) lease: Duration,
    /// How often the store is asked for events of other processes.
    pub(crate) poll: Duration,
    /// How long a shutdown waits for what is running.
    pub(crate) shutdown_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            command_timeout: Duration::from_secs(30),
            query_timeout: Duration::from_secs(10),
            commands_under_way: 4096,
            event_size: 1 << 20,
            cached_aggregates: 10_000,
            cached_bytes: 256 << 20,
            ignored_events: BTreeSet::new(),
            batch_size: 512,
            recent_events: 8192,
            reaction_runs: 64,
            lease: Duration::from_secs(5),
            poll: Duration::from_millis(500),
            shutdown_timeout: Duration::from_secs(30),
        }
    }
}

impl Settings {
    /// Refuses what would stand still.
    pub(crate) fn check(&self) -> Result<(), StartError> {
        let positive = [
            ("commands_under_way", self.commands_under_way),
            ("event_size", self.event_size),
            ("cache", self.cached_aggregates),
        ];
        for (setting, value) in positive {
            if value == 0 {
                return Err(StartError::Setting { setting, value: value.to_string(), expected: "1 or more" });
            }
        }
        let most = Semaphore::MAX_PERMITS.min(u32::MAX as usize);
        if self.commands_under_way > most {
            let (setting, value) = ("commands_under_way", self.commands_under_way.to_string());
            return Err(StartError::Setting { setting, value, expected: "4294967295 or less" });
        }
        if self.lease < Duration::from_millis(100) {
            let value = format!("{:?}", self.lease);
            return Err(StartError::Setting { setting: "lease", value, expected: "100 ms or more" });
        }
        Ok(())
    }
}
