//! A query on its way to its answer.

use super::{counts, micros};
use crate::{error::AskError, store::BoxFuture};
use std::time::{Duration, Instant};
use tracing::Instrument;

const TARGET: &str = "jangle::query";

/// Times a query, and tells what came of it.
pub(crate) async fn answered<T>(
    query: &'static str,
    slow_after: Duration,
    asking: BoxFuture<'static, Result<T, AskError>>,
) -> Result<T, AskError> {
    let begun = Instant::now();
    let span = tracing::debug_span!(target: TARGET, "query", query);
    let answer = asking.instrument(span.clone()).await;
    let (duration, outcome) = (begun.elapsed(), outcome(&answer));
    let (duration_us, _within) = (micros(duration), span.enter());
    counts::query(query, outcome, duration);
    match &answer {
        Err(error @ (AskError::Failed(_) | AskError::Store(_) | AskError::Parameter(_))) => {
            let error: &(dyn std::error::Error + 'static) = error;
            tracing::error!(target: TARGET, query, outcome, duration_us, error, "a query failed");
        }
        Err(error) => {
            let error: &(dyn std::error::Error + 'static) = error;
            tracing::warn!(target: TARGET, query, outcome, duration_us, error, "a query was given up");
        }
        Ok(_) => tracing::debug!(target: TARGET, query, outcome, duration_us, "a query was answered"),
    }
    if duration >= slow_after {
        tracing::warn!(target: TARGET, query, outcome, duration_us, "a query was slow");
    }
    answer
}

/// What came of a query, in a word of a fixed set.
fn outcome<T>(answer: &Result<T, AskError>) -> &'static str {
    match answer {
        Ok(_) => "answered",
        Err(AskError::Behind { .. }) => "behind",
        Err(AskError::SetAside { .. }) => "set_aside",
        Err(AskError::ShuttingDown) => "shutting_down",
        Err(AskError::Denied { .. }) => "denied",
        Err(_) => "failed",
    }
}
