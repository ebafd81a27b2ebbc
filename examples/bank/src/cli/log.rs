//! What goes to standard error: lines of the log where there is one, otherwise plain ones.

use super::Failure;
use jangle::logging;
use std::io::{self, Write};
use tracing::{Level, level_filters::LevelFilter};

/// Begins the log that the command line or `JANGLE_LOG` asks for.
pub(crate) fn begin(filter: Option<&str>) -> Result<(), Failure> {
    let log = match filter {
        Some(filter) => logging::json().filter(filter),
        None => logging::json().default_filter("off"),
    };
    log.install().map_err(Failure::unusable)
}

/// Whether there is a log.
pub(super) fn is_on() -> bool {
    LevelFilter::current() != LevelFilter::OFF
}

/// Tells how it goes.
pub(super) fn note(text: &str) {
    match is_on() {
        true => tracing::info!("{text}"),
        false => line(text),
    }
}

/// Tells what the program ends with, also where the log's filter leaves this program out.
pub(super) fn failed(text: &str) {
    match tracing::enabled!(Level::ERROR) {
        true => tracing::error!("{text}"),
        false => line(&format!("error: {text}")),
    }
}

/// Where standard error is closed, nobody wants to know.
fn line(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
