//! Asking a query.

use super::AnsweredBy;
use crate::{
    app::Jangle,
    command::Receipt,
    delivery::{self, Awaited, LaneHandle},
    error::AskError,
    event::{HandlerContext, ParamInfo, ParamKind},
    model::HandlerEntry,
    store::BoxFuture,
    telemetry,
};
use std::{fmt, future::IntoFuture, sync::Arc, time::Duration};
use tokio::time::Instant;

/// What an answer must include: the argument of [`Asking::after`], made from a [`Receipt`].
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// use jangle::After;
/// let after = After::from(&app.send(deposit).await?);
/// // It has no type parameter, and can be kept for later.
/// let balance = app.query(BalanceOf { account: "25".into() }).after(after).await?;
/// assert!(balance.is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    position: u64,
    events: Vec<Arc<str>>,
}

impl<T> From<&Receipt<T>> for After {
    fn from(receipt: &Receipt<T>) -> Self {
        let events = receipt.events.iter().map(|event| Arc::clone(&event.name)).collect();
        Self { position: receipt.position, events }
    }
}

type Run<T> = Box<dyn FnOnce(&HandlerContext) -> super::Answering<T> + Send>;

/// A query that is asked when this is awaited.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// let receipt = app.send(deposit).await?;
/// let balance = app.query(BalanceOf { account: "25".into() }).after(&receipt).await?;
/// assert_eq!(balance.map(|balance| balance.cents), Some(100));
/// # Ok(())
/// # }
/// ```
#[must_use = "a query is asked when this is awaited"]
pub struct Asking<T> {
    app: Jangle,
    query: &'static str,
    run: Run<T>,
    params: &'static [ParamInfo],
    after: Vec<After>,
    limit: Duration,
}

impl<T> fmt::Debug for Asking<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asking").field("after", &self.after).field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl<T: Send + 'static> Asking<T> {
    pub(crate) fn new<Q, H>(app: Jangle, query: Q) -> Self
    where
        Q: AnsweredBy<H, Response = T>,
        H: 'static,
    {
        let limit = app.query_timeout();
        let run: Run<T> = Box::new(move |cx| query.answer(cx));
        Self { app, query: Q::NAME, run, params: Q::PARAMS, after: Vec::new(), limit }
    }

    /// Waits until the answer includes what the receipt stands for: until each handler that writes a view or a state
    /// that the query takes has come so far; where there is none, each handler of the receipt's events. Can be
    /// repeated.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let first = app.send(deposit.clone()).await?;
    /// let second = app.send(deposit).await?;
    /// let balance = app.query(BalanceOf { account: "25".into() }).after(&first).after(&second).await?;
    /// assert_eq!(balance.map(|balance| balance.cents), Some(200));
    /// # Ok(())
    /// # }
    /// ```
    pub fn after(mut self, receipt: impl Into<After>) -> Self {
        self.after.push(receipt.into());
        self
    }

    /// Waits at most so long (10 s, unless the builder said otherwise).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let receipt = app.send(deposit).await?;
    /// app.query(BalanceOf { account: "25".into() }).after(&receipt).within(Duration::from_secs(1)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }
}

impl<T: Send + 'static> IntoFuture for Asking<T> {
    type Output = Result<T, AskError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let (query, slow_after) = (self.query, self.app.settings().slow_after);
        let asking = Box::pin(async move {
            let Self { app, run, params, after, limit, .. } = self;
            let until = delivery::deadline(limit);
            for after in &after {
                wait(app.lanes(), params, after, until, limit).await?;
            }
            let answering = run(&HandlerContext::query(app)).map_err(AskError::Parameter)?;
            answering.await.map_err(AskError::Failed)
        });
        match telemetry::is_on() {
            true => Box::pin(telemetry::query::answered(query, slow_after, asking)),
            false => asking,
        }
    }
}

async fn wait(
    lanes: &[LaneHandle],
    params: &[ParamInfo],
    after: &After,
    until: Instant,
    limit: Duration,
) -> Result<(), AskError> {
    let lanes = feeding(lanes, params, after);
    delivery::reached(&lanes, after.position, until).await.map_err(|awaited| match awaited {
        Awaited::Stopped => AskError::ShuttingDown,
        Awaited::SetAside { handler, position, error } => {
            AskError::SetAside { handler: handler.to_owned(), position, error }
        }
        Awaited::Behind { handler } => {
            AskError::Behind { handler: handler.to_owned(), position: after.position, waited: limit }
        }
    })
}

/// The lanes that an answer depends on.
fn feeding<'a>(lanes: &'a [LaneHandle], params: &[ParamInfo], after: &After) -> Vec<&'a LaneHandle> {
    let of = |which: &dyn Fn(&HandlerEntry) -> bool| -> Vec<&'a LaneHandle> {
        lanes.iter().filter(|lane| which(lane.entry)).collect()
    };
    let feeding = of(&|entry| entry.params.iter().any(|written| params.iter().any(|read| feeds(written, read))));
    match feeding.is_empty() {
        true => of(&|entry| after.events.iter().any(|name| **name == *entry.event)),
        false => feeding,
    }
}

fn feeds(written: &ParamInfo, read: &ParamInfo) -> bool {
    match (written.kind, read.kind) {
        (ParamKind::Merge(written), ParamKind::View(read)) => written == read,
        (ParamKind::State { id: written, .. }, ParamKind::State { id: read, .. }) => written() == read(),
        _ => false,
    }
}
