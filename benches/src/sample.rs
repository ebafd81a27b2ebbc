//! What one cell came to in one round.

use std::time::Duration;

/// What one cell came to in one round.
#[derive(Debug)]
pub(crate) struct Sample {
    /// How long was measured.
    pub(crate) seconds: f64,
    /// Commits in that time.
    pub(crate) commits: u64,
    /// How often a client was told to try again in that time.
    pub(crate) conflicts: u64,
    /// The work of all cores in that time.
    pub(crate) work: Option<Duration>,
    /// The latency of each command in that time, in microseconds.
    pub(crate) micros: Vec<u32>,
    /// How long after the last answer the view had everything, where there is one.
    pub(crate) view_lag: Option<Duration>,
}

impl Sample {
    pub(crate) fn commands_per_second(&self) -> f64 {
        self.micros.len() as f64 / self.seconds
    }

    pub(crate) fn commits_per_command(&self) -> f64 {
        self.commits as f64 / self.micros.len() as f64
    }

    pub(crate) fn conflicts_per_command(&self) -> f64 {
        self.conflicts as f64 / self.micros.len() as f64
    }

    /// The latency that half of the commands do not exceed, in microseconds.
    pub(crate) fn p50(&self) -> Option<f64> {
        quantile(self.micros.iter().copied(), 0.5).map(f64::from)
    }

    /// The work of all cores for a command, in microseconds.
    pub(crate) fn work_per_command(&self) -> Option<f64> {
        self.work.map(|work| work.as_secs_f64() * 1e6 / self.micros.len() as f64)
    }
}

/// The value below which `share` of `values` lie; none where there are none.
pub(crate) fn quantile<T: PartialOrd + Copy>(values: impl IntoIterator<Item = T>, share: f64) -> Option<T> {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    let last = values.len().checked_sub(1)?;
    values.get((last as f64 * share).round() as usize).copied()
}
