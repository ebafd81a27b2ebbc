//! The command line.

use crate::{Failure, contestant::Contestant, peer::Program, workload::Workload};
use clap::Parser;
use std::{path::PathBuf, time::Duration};
use tempfile::TempDir;

/// Measures commands a second beside plain SQLite with the same rows and the same durability.
#[derive(Debug, Parser)]
#[command(name = "jangle-benches")]
pub(crate) struct Arguments {
    /// How long each cell is measured, after a quarter of that for warming up.
    #[arg(long, default_value_t = 2.0, value_parser = positive)]
    pub(crate) seconds: f64,
    /// How often each cell is measured.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,
    /// Where the files go: a folder on the disk that is to be measured (unless set, that for temporary files).
    #[arg(long)]
    folder: Option<PathBuf>,
    /// How many events a view is filled from; none leaves that out. It may take ten times `--seconds`.
    #[arg(long, default_value_t = 20_000, value_parser = events)]
    pub(crate) events: u64,
    /// A framework to measure beside jangle, and its program: NAME=PROGRAM; can be repeated.
    #[arg(long = "peer")]
    pub(crate) peers: Vec<Program>,
    /// Only these contestants; can be repeated.
    #[arg(long, value_enum)]
    only: Vec<Contestant>,
    /// Only these workloads; can be repeated.
    #[arg(long, value_enum)]
    workload: Vec<Workload>,
}

impl Arguments {
    /// A new folder for the files, which goes when the run ends.
    pub(crate) fn folder(&self) -> Result<TempDir, Failure> {
        let parent = self.folder.clone().unwrap_or_else(std::env::temp_dir);
        TempDir::with_prefix_in("jangle-benches-", &parent)
            .map_err(|error| format!("no file can be made in {}: {error}", parent.display()).into())
    }

    pub(crate) fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }

    /// How long a view may take to be filled.
    pub(crate) fn rebuild_limit(&self) -> Duration {
        self.duration() * 10
    }

    pub(crate) fn wants(&self, contestant: Contestant) -> bool {
        let is_asked_for = self.only.is_empty() || self.only.contains(&contestant);
        is_asked_for && !contestant.is_missing(&self.peers)
    }

    pub(crate) fn wants_workload(&self, workload: Workload) -> bool {
        self.workload.is_empty() || self.workload.contains(&workload)
    }
}

fn events(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(events) if events % 1000 == 0 && events <= 10_000_000 => Ok(events),
        _ => Err("thousands of events, up to 10000000".to_owned()),
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.01..=3600.0).contains(&seconds) => Ok(seconds),
        _ => Err("a number of seconds from 0.01 to 3600".to_owned()),
    }
}
