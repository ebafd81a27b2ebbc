//! How a command can end other than well.

use super::log;
use bank::{OpenError, statement::StatementError};
use jangle::{AskError, SendError};
use std::{fmt::Display, io, process::ExitCode};

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A rule said no.
    Refused(String),
    /// A comparison found differences, and told them.
    Differs,
    /// What was given cannot be used.
    Unusable(String),
    /// Nobody reads standard output any more.
    Closed,
}

impl Failure {
    pub(crate) fn unusable(error: impl Display) -> Self {
        Self::Unusable(error.to_string())
    }

    /// Tells it, and says with what code the program ends.
    pub(crate) fn exit(self) -> ExitCode {
        match self {
            Self::Closed => ExitCode::SUCCESS,
            Self::Differs => ExitCode::from(1),
            Self::Refused(text) => told(&text, 1),
            Self::Unusable(text) => told(&text, 2),
        }
    }
}

fn told(text: &str, code: u8) -> ExitCode {
    log::failed(text);
    ExitCode::from(code)
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Unusable(format!("cannot write to standard output: {error}")),
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::unusable(error)
    }
}

impl From<StatementError> for Failure {
    fn from(error: StatementError) -> Self {
        Self::unusable(error)
    }
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Self {
        Self::unusable(error)
    }
}

impl<R: Display> From<SendError<R>> for Failure {
    fn from(error: SendError<R>) -> Self {
        match error {
            SendError::Refused(refusal) => Self::Refused(refusal.to_string()),
            SendError::RefusedBefore { text } => Self::Refused(text),
            other => Self::unusable(other),
        }
    }
}
