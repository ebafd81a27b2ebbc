//! Starting and stopping.

use super::{counts, micros_since};
use crate::{
    app::Inner,
    error::ShutdownError,
    model::Model,
    settings::{Settings, Variables},
};
use std::{collections::BTreeMap, sync::Arc, time::Instant};

const TARGET: &str = "jangle::app";

/// The settings are known.
pub(crate) fn configured(settings: &Settings, variables: &Variables) {
    for (variable, known) in variables.misspelt() {
        tracing::warn!(target: TARGET, variable, known, "an environment variable is not known; another one is meant?");
    }
    if tracing::enabled!(target: TARGET, tracing::Level::DEBUG) {
        for setting in settings.each().iter().filter(|setting| setting.value != setting.default) {
            tracing::debug!(target: TARGET, setting = setting.name, value = setting.value, "a setting");
        }
    }
}

/// The store holds events of aggregates that the program does not have: most likely they had another name.
pub(crate) fn lost_sight_of(aggregates: impl Iterator<Item = Arc<str>>) {
    for aggregate in aggregates {
        tracing::warn!(target: TARGET, aggregate = &*aggregate, "the store holds events of aggregates named \
            `{aggregate}`, which this program does not have; where the aggregate was renamed, write \
            `#[aggregate(name = \"{aggregate}\")]`");
    }
}

/// The handlers run.
pub(crate) fn started(model: &Model, begun: Instant) {
    tracing::info!(
        target: TARGET,
        aggregates = model.aggregates().count(),
        commands = model.commands().count(),
        handlers = model.handlers().count(),
        queries = model.queries().count(),
        views = model.views().count(),
        duration_us = micros_since(begun),
        "an application has started"
    );
}

/// A shutdown begins.
pub(crate) fn stopping() {
    tracing::info!(target: TARGET, "an application is shutting down");
}

/// A shutdown has ended.
pub(crate) fn stopped(inner: &Inner, begun: Instant, result: &Result<(), ShutdownError>) {
    lags(inner);
    let duration_us = micros_since(begun);
    match result {
        Ok(()) => tracing::info!(target: TARGET, duration_us, "an application has shut down"),
        Err(error) => {
            let error: &(dyn std::error::Error + 'static) = error;
            tracing::error!(target: TARGET, duration_us, error, "an application could not shut down in order");
        }
    }
}

/// Measures now and then how far the handlers are behind, for as long as it is polled.
pub(crate) async fn keep_lags(inner: &Inner) {
    loop {
        lags(inner);
        tokio::time::sleep(inner.core.settings.poll).await;
    }
}

fn lags(inner: &Inner) {
    if counts::ARE_KEPT {
        let head = *inner.feed.head().borrow();
        let mut lags = BTreeMap::new();
        for lane in inner.lanes() {
            let lag: &mut u64 = lags.entry(lane.entry.meta.name).or_default();
            *lag = head.saturating_sub(lane.status.borrow().done).max(*lag);
        }
        lags.into_iter().for_each(|(handler, lag)| counts::lag(handler, lag));
    }
}
