//! What is told of each step, as events of `tracing` and as metrics: one function a step, so that the code of the steps
//! says only that it happened.
//!
//! Names and levels are documented in `jangle::logging`, metrics in `jangle::metrics`. Payloads and the values of users'
//! metadata are never told.

pub(crate) mod app;
pub(crate) mod command;
mod counts;
pub(crate) mod delivery;
pub(crate) mod query;
pub(crate) mod saga;

use std::time::{Duration, Instant};
use tracing::level_filters::LevelFilter;

/// Whether anything listens. Where nothing does, commands, runs and queries are not even timed.
pub(crate) fn is_on() -> bool {
    counts::ARE_KEPT || LevelFilter::current() != LevelFilter::OFF
}

/// Microseconds since `begun`, for the field `duration_us`.
fn micros_since(begun: Instant) -> u64 {
    micros(begun.elapsed())
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
