//! What sagas do.

use crate::store::{SagaId, SagaStatus, StoredEvent};

const TARGET: &str = "jangle::saga";

/// A saga has taken an event; `begins` where it is its first.
pub(crate) fn seen(id: &SagaId, event: &StoredEvent, begins: bool) {
    let (saga, saga_id, name, position) = (id.saga(), id.id(), &*event.name, event.position);
    match begins {
        true => tracing::debug!(target: TARGET, saga, saga_id, event = name, position, "a saga begins"),
        false => tracing::debug!(target: TARGET, saga, saga_id, event = name, position, "a saga goes on"),
    }
}

/// How a saga stands is stored.
pub(crate) fn saved(id: &SagaId, before: SagaStatus, status: SagaStatus, error: Option<&str>) {
    if before == status && !status.is_over() {
        return;
    }
    let (saga, saga_id) = (id.saga(), id.id());
    match status {
        SagaStatus::Completed => tracing::debug!(target: TARGET, saga, saga_id, "a saga is complete"),
        SagaStatus::Failed => tracing::warn!(target: TARGET, saga, saga_id, error, "a saga has failed"),
        SagaStatus::Stuck => tracing::warn!(target: TARGET, saga, saga_id, error, "a saga is stuck"),
        _ => {}
    }
}

/// A saga cannot go on.
pub(crate) fn failed(id: &SagaId, error: &str) {
    let (saga, saga_id) = (id.saga(), id.id());
    tracing::warn!(target: TARGET, saga, saga_id, error, "a saga cannot go on");
}

/// The deadline of a saga has passed.
pub(crate) fn expired(id: &SagaId) {
    tracing::debug!(target: TARGET, saga = id.saga(), saga_id = id.id(), "the deadline of a saga has passed");
}

/// What came for a saga is let go.
pub(crate) fn never_started(id: &SagaId, events: usize) {
    let (saga, saga_id) = (id.saga(), id.id());
    tracing::warn!(target: TARGET, saga, saga_id, events, "events for a saga that never started are let go");
}

/// What a saga did cannot be undone.
pub(crate) fn not_undone(id: &SagaId, command: &str, refusal: &str) {
    let (saga, saga_id) = (id.saga(), id.id());
    tracing::error!(target: TARGET, saga, saga_id, command, refusal, "a command that undoes another was refused");
}
