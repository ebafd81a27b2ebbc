//! Levels by target.

use std::env::{self, VarError};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;

/// The environment variable that says what is written.
const VARIABLE: &str = "JANGLE_LOG";

/// The most characters of a filter that are told.
const TOLD: usize = 64;

/// Why a log cannot begin.
///
/// ```
/// let error = jangle::logging::json().filter("loud").install().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the filter of the log has `loud`; it takes `off`, `error`, `warn`, `info`, `debug` or `trace`, \
///      and `target=level` with one of these, separated by commas"
/// );
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// A filter has a part that is none.
    #[error(
        "{source_name} has `{part}`; it takes `off`, `error`, `warn`, `info`, `debug` or `trace`, and `target=level` with one of these, separated by commas"
    )]
    Filter {
        /// Where the filter comes from: the program, or the environment variable.
        source_name: &'static str,
        /// The part, or its beginning.
        part: String,
    },
    /// The process has a log already.
    #[error("the process has a log already; `install` is called once")]
    Installed,
}

/// What was given, else what the environment variable says, else the default.
pub(super) fn targets(given: Option<&str>, default: &str) -> Result<Targets, LogError> {
    const PROGRAM: &str = "the filter of the log";
    match (given, env::var(VARIABLE)) {
        (Some(given), _) => parse(given, PROGRAM),
        (None, Ok(value)) => parse(&value, "the environment variable JANGLE_LOG"),
        (None, Err(VarError::NotUnicode(value))) => {
            Err(wrong("the environment variable JANGLE_LOG", &value.to_string_lossy()))
        }
        (None, Err(VarError::NotPresent)) => parse(default, PROGRAM),
    }
}

fn parse(filter: &str, source_name: &'static str) -> Result<Targets, LogError> {
    let mut targets = Targets::new();
    for part in filter.split(',').map(str::trim) {
        let (target, level) = match part.split_once('=') {
            Some((target, level)) => (Some(target.trim()), level.trim()),
            None => (None, part),
        };
        let level = read(level).filter(|_| target != Some("")).ok_or_else(|| wrong(source_name, part))?;
        targets = match target {
            Some(target) => targets.with_target(target, level),
            None => targets.with_default(level),
        };
    }
    Ok(targets)
}

/// Only the names, although the crate reads numbers, too, and nothing as `error`.
fn read(level: &str) -> Option<LevelFilter> {
    level.parse().ok().filter(|_| !level.is_empty() && level.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

fn wrong(source_name: &'static str, part: &str) -> LogError {
    let part = part.chars().take(TOLD).flat_map(char::escape_debug).collect();
    LogError::Filter { source_name, part }
}
