//! What is measured.

use crate::{Failure, check, framework, plain, sample::Sample, workload::Workload};
use std::{fmt, path::Path, time::Duration};

/// A way to store the same rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Contestant {
    /// jangle without handlers.
    Jangle,
    /// jangle with one projection.
    Projection,
    /// Plain SQLite, each client on its own connection.
    Own,
    /// Plain SQLite, one thread that commits for all.
    Group,
}

impl Contestant {
    pub(crate) const ALL: [Self; 4] = [Self::Jangle, Self::Projection, Self::Group, Self::Own];

    /// Measures it on a new file, and looks whether that has what was answered.
    pub(crate) fn run(self, file: &Path, workload: Workload, duration: Duration) -> Result<Sample, Failure> {
        let sample = match self {
            Self::Jangle => framework::run(file, workload, duration, false),
            Self::Projection => framework::run(file, workload, duration, true),
            Self::Own => plain::own::run(file, workload, duration),
            Self::Group => plain::group::run(file, workload, duration),
        }?;
        check::stored(file, sample.micros.len(), self == Self::Projection)?;
        Ok(sample)
    }
}

impl fmt::Display for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jangle => "jangle",
            Self::Projection => "jangle + projection",
            Self::Own => "plain, own connections",
            Self::Group => "plain, group commit",
        })
    }
}
