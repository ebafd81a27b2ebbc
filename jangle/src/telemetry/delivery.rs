//! An event on its way to a handler.

use super::{counts, micros};
use crate::{
    model::HandlerEntry,
    store::{Exception, ExceptionChange, ExceptionState, StoredEvent},
};
use std::time::{Duration, Instant};
use tracing::Instrument;

const TARGET: &str = "jangle::delivery";

/// Times a run of a handler, and tells what came of it.
pub(crate) async fn handled<T, E>(
    entry: &HandlerEntry,
    event: &StoredEvent,
    slow_after: Duration,
    run: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let begun = Instant::now();
    let (handler, name, position) = (entry.meta.name, &*event.name, event.position);
    let (aggregate, aggregate_id) = (event.stream.aggregate_type(), event.stream.aggregate_id());
    let span = tracing::debug_span!(target: TARGET, "event_handler", handler, event = name, aggregate, aggregate_id,
        version = event.version, position, command_id = event.metadata.command_id.map(tracing::field::display));
    let result = run.instrument(span.clone()).await;
    let (duration, outcome) = (begun.elapsed(), if result.is_ok() { "done" } else { "failed" });
    let (duration_us, _within) = (micros(duration), span.enter());
    counts::handled(handler, outcome, duration);
    tracing::debug!(target: TARGET, handler, event = name, aggregate, aggregate_id, position, outcome, duration_us,
        "a handler has run");
    if duration >= slow_after {
        tracing::warn!(target: TARGET, handler, event = name, aggregate, aggregate_id, position, outcome, duration_us,
            "a handler was slow");
    }
    result
}

/// A run failed; `change` says what follows.
pub(crate) fn failed(entry: &HandlerEntry, event: &StoredEvent, change: &ExceptionChange) {
    let ExceptionChange::Put(Exception { position, attempts, state, error, .. }) = change else { return };
    let (handler, name) = (entry.meta.name, &*event.name);
    let (aggregate, aggregate_id) = (event.stream.aggregate_type(), event.stream.aggregate_id());
    match state {
        ExceptionState::Retry(due) => tracing::warn!(target: TARGET, handler, event = name, aggregate, aggregate_id,
            position, attempt = attempts, error, again_at = %due, "a handler failed; it is tried again"),
        ExceptionState::Dead => {
            counts::set_aside(handler);
            tracing::error!(target: TARGET, handler, event = name, aggregate, aggregate_id, position,
                attempt = attempts, error, "a handler failed; the event is set aside");
        }
        ExceptionState::Behind => {}
    }
}

/// This process owns a handler that another one owned before.
pub(crate) fn taken_over(handler: &str, position: u64) {
    tracing::info!(target: TARGET, handler, position, "a handler was taken over from another process");
}
