//! One run of a handler, whatever it does.

use super::HandlerContext;
use crate::{
    app::Jangle,
    error::Advice,
    model::HandlerEntry,
    store::{RowChange, StoredEvent},
    telemetry,
    view::Merged,
};
use std::{
    any::Any,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

/// What a run that failed says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) error: String,
    pub(crate) advice: Advice,
}

impl Failure {
    pub(crate) fn msg(error: impl Into<String>) -> Self {
        Self { error: error.into(), advice: Advice::None }
    }
}

impl From<String> for Failure {
    fn from(error: String) -> Self {
        Self::msg(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

/// Runs a handler once; a panic is an error like any other, also one that comes while the error is told. Answers what
/// it merged, or what it said.
pub(crate) async fn run(
    app: Jangle,
    entry: &'static HandlerEntry,
    event: &Arc<StoredEvent>,
) -> Result<Vec<RowChange>, Failure> {
    if !telemetry::is_on() {
        return call(app, entry, event).await;
    }
    let slow_after = app.settings().slow_after;
    telemetry::delivery::handled(entry, event, slow_after, Box::pin(call(app, entry, event))).await
}

async fn call(app: Jangle, entry: &'static HandlerEntry, event: &Arc<StoredEvent>) -> Result<Vec<RowChange>, Failure> {
    let event = &app.core().extensions.codec.plain(event)?;
    let timeout = app.retry_of(entry).timeout;
    let merged = Merged::default();
    let cx = HandlerContext::event(app, Arc::clone(event), entry.identity(), merged.clone());
    let begun = catch_unwind(AssertUnwindSafe(|| (entry.call)(event, &cx)));
    let handled = match begun.map_err(|panic| panicked(panic_message(&*panic)))? {
        Ok(handling) => within(timeout, caught(handling)).await?.map_err(panicked)?,
        Err(error) => Err(error),
    };
    match handled {
        Ok(()) => Ok(merged.take()),
        Err(error) => Err(Failure {
            advice: error.advice(),
            error: catch_unwind(AssertUnwindSafe(|| error.to_string()))
                .unwrap_or_else(|panic| panicked(panic_message(&*panic))),
        }),
    }
}

/// What `run` comes to, unless it takes longer than it may.
async fn within<T>(limit: Option<Duration>, run: impl Future<Output = T>) -> Result<T, Failure> {
    match limit {
        None => Ok(run.await),
        Some(limit) => {
            tokio::time::timeout(limit, run).await.map_err(|_| Failure::msg(format!("it took longer than {limit:?}")))
        }
    }
}

fn panicked(message: String) -> String {
    format!("it panicked: {message}")
}

/// The outcome of `future`, or what it said when it panicked.
pub(crate) async fn caught<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let mut future = pin!(future);
    std::future::poll_fn(move |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(panic_message(&*panic))),
    })
    .await
}

/// What a panic said.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it said nothing".to_owned())
}
