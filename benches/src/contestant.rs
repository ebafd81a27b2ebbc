//! What is measured.

use crate::{
    Failure, check, framework,
    peer::Program,
    plain,
    rebuild::{self, Rebuilt},
    sample::Sample,
    workload::Workload,
};
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
    /// cqrs-es with sqlite-es.
    CqrsEs,
    /// evento.
    Evento,
}

impl Contestant {
    pub(crate) const ALL: [Self; 6] =
        [Self::Jangle, Self::Projection, Self::Group, Self::Own, Self::CqrsEs, Self::Evento];

    /// Measures it on a new file, and looks whether that has what was answered.
    pub(crate) fn run(
        self,
        file: &Path,
        workload: Workload,
        duration: Duration,
        peers: &[Program],
    ) -> Result<Sample, Failure> {
        let sample = match self {
            Self::Jangle => framework::run(file, workload, duration, false),
            Self::Projection => framework::run(file, workload, duration, true),
            Self::Own => plain::own::run(file, workload, duration),
            Self::Group => plain::group::run(file, workload, duration),
            Self::CqrsEs | Self::Evento => return self.program(peers)?.commands(file, workload, duration),
        }?;
        check::stored(file, sample.micros.len(), self == Self::Projection)?;
        Ok(sample)
    }

    /// Measures how it fills its view from so many events on a new file; none where it has none.
    pub(crate) fn rebuild(
        self,
        file: &Path,
        events: u64,
        limit: Duration,
        peers: &[Program],
    ) -> Result<Option<Rebuilt>, Failure> {
        let rebuilt = match self {
            Self::Jangle | Self::Own => return Ok(None),
            Self::Projection => rebuild::jangle(file, events, limit),
            Self::Group => rebuild::plain(file, events, limit),
            Self::CqrsEs | Self::Evento => self.program(peers)?.rebuild(file, events, limit),
        };
        rebuilt.map(Some)
    }

    /// Whether it needs a program, and there is none.
    pub(crate) fn is_missing(self, peers: &[Program]) -> bool {
        matches!(self, Self::CqrsEs | Self::Evento) && self.program(peers).is_err()
    }

    fn program(self, peers: &[Program]) -> Result<&Program, Failure> {
        let name = self.to_string();
        peers.iter().find(|program| program.name == name).ok_or_else(|| format!("there is no program of {name}").into())
    }

    /// What it does not do that jangle does.
    pub(crate) fn without(self) -> Option<&'static str> {
        match self {
            Self::CqrsEs => Some(
                "no receipts: a command that is sent twice takes effect twice; the caller tries again after a conflict; \
                 a view is written behind the events, one transaction an event, without progress",
            ),
            Self::Evento => Some(
                "no receipts: a command that is sent twice takes effect twice; the caller tries again after a conflict; \
                 a stream ends at 65,535 events; a view and the progress of its handler are two transactions",
            ),
            _ => None,
        }
    }
}

impl fmt::Display for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jangle => "jangle",
            Self::Projection => "jangle + projection",
            Self::Own => "plain, own connections",
            Self::Group => "plain, group commit",
            Self::CqrsEs => "cqrs-es",
            Self::Evento => "evento",
        })
    }
}
