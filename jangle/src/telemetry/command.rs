//! A command on its way to its answer.

use super::{counts, is_on, micros, micros_since};
use crate::{
    command::{Command, Receipt, request::Request},
    error::SendError,
    store::{Append, AppendResult, BoxFuture, StreamId},
};
use std::time::{Duration, Instant};
use tracing::{Instrument, Level, Span, field};

const TARGET: &str = "jangle::command";

/// A command as it is told of.
pub(crate) struct Sent {
    command: &'static str,
    aggregate: &'static str,
    /// None where nothing tells it.
    aggregate_id: Option<String>,
    slow_after: Duration,
}

impl Sent {
    /// None where nothing listens.
    pub(crate) fn new<C: Command>(command: &C, aggregate: &'static str, slow_after: Duration) -> Option<Self> {
        is_on().then(|| {
            let is_told = tracing::enabled!(target: TARGET, Level::ERROR);
            Self { command: C::NAME, aggregate, aggregate_id: is_told.then(|| command.aggregate_id()), slow_after }
        })
    }

    /// Times the handling of the command, and tells what came of it.
    pub(crate) async fn answered<T, R>(
        self,
        handling: BoxFuture<'static, Result<Receipt<T>, SendError<R>>>,
    ) -> Result<Receipt<T>, SendError<R>> {
        let begun = Instant::now();
        let Self { command, aggregate, ref aggregate_id, slow_after } = self;
        let span = tracing::debug_span!(target: TARGET, "command", command, aggregate, aggregate_id,
            command_id = field::Empty);
        let answer = handling.instrument(span.clone()).await;
        let (duration, outcome) = (begun.elapsed(), outcome(&answer));
        let (duration_us, _within) = (micros(duration), span.enter());
        counts::command(command, outcome, duration);
        match &answer {
            Ok(Receipt { version, position, .. }) => tracing::debug!(target: TARGET, command, aggregate, aggregate_id,
                outcome, version, position, duration_us, "a command was answered"),
            Err(error) => match why(error) {
                Why::Answer => tracing::debug!(target: TARGET, command, aggregate, aggregate_id, outcome, duration_us,
                    "a command was answered"),
                Why::Busy => tracing::warn!(target: TARGET, command, aggregate, aggregate_id, outcome, duration_us,
                    "a command was given up"),
                Why::Failure(error) => tracing::error!(target: TARGET, command, aggregate, aggregate_id, outcome,
                    duration_us, error, "a command failed"),
            },
        }
        if duration >= slow_after {
            tracing::warn!(target: TARGET, command, aggregate, aggregate_id, outcome, duration_us,
                "a command was slow");
        }
        answer
    }
}

/// A command has an id, and is about to be decided.
pub(crate) fn arrived(request: &Request) {
    if tracing::enabled!(target: TARGET, Level::DEBUG) {
        Span::current().record("command_id", field::display(request.id));
        tracing::debug!(target: TARGET, command = request.command, aggregate = request.stream.aggregate_type(),
            aggregate_id = request.stream.aggregate_id(), command_id = %request.id, "a command arrived");
    }
}

/// The aggregate was looked up in memory.
pub(crate) fn looked_up(stream: &StreamId, is_cached: bool) {
    counts::looked_up(stream.aggregate_type(), is_cached);
    tracing::debug!(target: TARGET, aggregate = stream.aggregate_type(), aggregate_id = stream.aggregate_id(),
        is_cached, "an aggregate was looked up");
}

/// The aggregate was rebuilt from a snapshot or its events.
pub(crate) fn rebuilt(stream: &StreamId, version: u64, begun: Instant) {
    tracing::debug!(target: TARGET, aggregate = stream.aggregate_type(), aggregate_id = stream.aggregate_id(), version,
        duration_us = micros_since(begun), "an aggregate was rebuilt");
}

/// An event was handed to its `#[reconstitute]` method.
pub(crate) fn applied(stream: &StreamId, event: &str, version: u64) {
    tracing::debug!(target: TARGET, aggregate = stream.aggregate_type(), aggregate_id = stream.aggregate_id(), event,
        version, "an event was applied");
}

/// The validator has run.
pub(crate) fn decided(request: &Request, version: u64, events: usize) {
    tracing::debug!(target: TARGET, command = request.command, aggregate = request.stream.aggregate_type(),
        aggregate_id = request.stream.aggregate_id(), command_id = %request.id, version, events,
        "a command was decided");
}

/// What a command was decided on is no longer so.
pub(crate) fn overtaken(request: &Request) {
    counts::overtaken(request.command);
    tracing::debug!(target: TARGET, command = request.command, aggregate = request.stream.aggregate_type(),
        aggregate_id = request.stream.aggregate_id(), command_id = %request.id,
        "what a command was decided on has changed; deciding again");
}

/// A batch of decisions was given to the store.
pub(crate) fn committed<'a>(appends: impl Iterator<Item = &'a Append>, results: &[AppendResult], begun: Instant) {
    let (mut commands, mut events, mut conflicts) = (0_usize, 0_usize, 0_usize);
    for (append, result) in appends.zip(results) {
        match result {
            // Where nothing is to be stored, nothing is committed.
            AppendResult::Appended(_) if append.events.is_empty() && append.receipt.is_none() => {}
            AppendResult::Appended(_) => {
                commands += 1;
                events += append.events.len();
            }
            AppendResult::Conflict { .. } => conflicts += 1,
            _ => {}
        }
    }
    counts::conflicts(conflicts);
    if commands > 0 {
        counts::committed(commands, events, begun.elapsed());
        tracing::debug!(target: TARGET, commands, events, conflicts, duration_us = micros_since(begun),
            "a batch was committed");
    }
}

/// A snapshot was stored.
pub(crate) fn snapshot_taken(stream: &StreamId, version: u64) {
    tracing::info!(target: TARGET, aggregate = stream.aggregate_type(), aggregate_id = stream.aggregate_id(), version,
        "a snapshot was taken");
}

/// A snapshot does not fit, and is thrown away.
pub(crate) fn snapshot_discarded(stream: &StreamId, version: u64) {
    tracing::warn!(target: TARGET, aggregate = stream.aggregate_type(), aggregate_id = stream.aggregate_id(), version,
        "a snapshot is broken, outdated or of another history; rebuilding from the events");
}

/// What came of a command, in a word of a fixed set.
fn outcome<T, R>(answer: &Result<Receipt<T>, SendError<R>>) -> &'static str {
    match answer {
        Ok(receipt) if receipt.repeated => "repeated",
        Ok(_) => "accepted",
        Err(SendError::Refused(_)) => "refused",
        Err(SendError::RefusedBefore { .. }) => "refused_before",
        Err(SendError::StaleVersion { .. }) => "stale_version",
        Err(SendError::Exists { .. }) => "exists",
        Err(SendError::IdReused { .. }) => "id_reused",
        Err(SendError::TooLarge { .. }) => "too_large",
        Err(SendError::Contended { .. }) => "contended",
        Err(SendError::Overloaded { .. }) => "overloaded",
        Err(SendError::ShuttingDown) => "shutting_down",
        Err(SendError::Denied { .. }) => "denied",
        Err(_) => "failed",
    }
}

/// Why a command was not accepted.
enum Why {
    /// That is an answer to it.
    Answer,
    /// Others were in its way.
    Busy,
    /// Something does not work.
    Failure(String),
}

fn why<R>(error: &SendError<R>) -> Why {
    let text = match error {
        SendError::Contended { .. } | SendError::Overloaded { .. } | SendError::ShuttingDown => return Why::Busy,
        SendError::Unknown { source, .. } => source.to_string(),
        SendError::Store(error) => error.to_string(),
        SendError::Rebuild { reason, .. } => reason.clone(),
        SendError::Panicked { message, .. } => format!("the validator panicked: {message}"),
        // What serde says may show a value.
        SendError::Encode { what, .. } => format!("{what} cannot be written as JSON"),
        SendError::ReplyChanged { .. } => "the stored reply does not fit its type".to_owned(),
        _ => return Why::Answer,
    };
    Why::Failure(text)
}
