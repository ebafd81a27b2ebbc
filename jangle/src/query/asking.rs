//! Asking a query.

use super::{After, AnsweredBy};
use crate::{
    app::Jangle,
    delivery::{self, Awaited, LaneHandle},
    error::{AskError, HandlerError},
    event::{HandlerContext, ParamInfo, ParamKind},
    interceptor::{Call, CallOutcome, Message, Passage, Reached},
    store::BoxFuture,
    telemetry,
};
use std::{collections::BTreeMap, fmt, future::IntoFuture, time::Duration};
use tokio::time::Instant;

/// Runs the handler of the query in the box.
type Run<T> = fn(Message, &HandlerContext) -> super::Answering<T>;

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
    name: &'static str,
    query: Message,
    run: Run<T>,
    params: &'static [ParamInfo],
    after: Vec<After>,
    limit: Duration,
    metadata: BTreeMap<String, String>,
    is_from_handler: bool,
}

impl<T> fmt::Debug for Asking<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asking")
            .field("query", &self.name)
            .field("after", &self.after)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl<T: Send + 'static> Asking<T> {
    pub(crate) fn new<Q, H>(app: Jangle, query: Q, is_from_handler: bool) -> Self
    where
        Q: AnsweredBy<H, Response = T>,
        H: 'static,
    {
        let limit = app.query_timeout();
        Self {
            app,
            name: Q::NAME,
            query: Box::new(query),
            run: |query, cx| match query.downcast::<Q>() {
                Ok(query) => (*query).answer(cx),
                Err(_) => Err(HandlerError::msg("this is another query")),
            },
            params: Q::PARAMS,
            after: Vec::new(),
            limit,
            metadata: BTreeMap::new(),
            is_from_handler,
        }
    }

    /// Waits until the answer includes what the receipt, or its [`Token`](crate::Token), stands for: until each handler
    /// that writes a view or takes a state that the query takes has come so far; where there is none, each handler of
    /// the receipt's events. Can be repeated.
    ///
    /// A handler that is too slow is [`AskError::Behind`], one that set such an event aside is [`AskError::SetAside`],
    /// and a token of another store is [`AskError::ForeignToken`].
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
    pub fn after(mut self, receipt_or_token: impl Into<After>) -> Self {
        self.after.push(receipt_or_token.into());
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

    /// Attaches a value that [interceptors](crate::Interceptor) see, such as who asks.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// # let _ = deposit;
    /// app.query(BalanceOf { account: "25".into() }).metadata("user", "ann").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    async fn answer(self) -> Result<T, AskError> {
        let until = delivery::deadline(self.limit);
        for after in &self.after {
            wait(&self.app, self.params, after, until, self.limit).await?;
        }
        let answering = (self.run)(self.query, &HandlerContext::query(self.app)).map_err(AskError::Parameter)?;
        answering.await.map_err(AskError::Failed)
    }

    /// Answers it inside the interceptors.
    async fn intercepted(mut self) -> Result<T, AskError> {
        let query = std::mem::replace(&mut self.query, Box::new(()));
        let metadata = std::mem::take(&mut self.metadata);
        let mut call = Call::new(self.name, None, self.is_from_handler, metadata, query);
        let (app, passage) = (self.app.clone(), Passage::new());
        let last = {
            let passage = passage.clone();
            move |call: &mut Call| -> BoxFuture<'static, CallOutcome> { self.run(call, passage) }
        };
        let outcome = app.core().extensions.interceptors.pass(&mut call, Box::new(last)).await;
        match passage.reached() {
            Reached::Answer(answer) => answer,
            Reached::Nothing | Reached::Begun => Err(AskError::Denied { reason: outcome.into_denial() }),
        }
    }

    fn run(mut self, call: &mut Call, passage: Passage<Result<T, AskError>>) -> BoxFuture<'static, CallOutcome> {
        let query = call.take();
        Box::pin(async move {
            let Some(query) = query else { return CallOutcome::deny("this is the call of another query") };
            self.query = query;
            passage.begin();
            let answer = self.answer().await;
            let outcome = match &answer {
                Ok(_) => CallOutcome::Answered,
                Err(error) => CallOutcome::Failed { text: error.to_string() },
            };
            passage.end(answer);
            outcome
        })
    }
}

impl<T: Send + 'static> IntoFuture for Asking<T> {
    type Output = Result<T, AskError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let (query, slow_after) = (self.name, self.app.settings().slow_after);
        let asking: BoxFuture<'static, _> = match self.app.core().extensions.interceptors.is_empty() {
            true => Box::pin(self.answer()),
            false => Box::pin(self.intercepted()),
        };
        match telemetry::is_on() {
            true => Box::pin(telemetry::query::answered(query, slow_after, asking)),
            false => asking,
        }
    }
}

async fn wait(
    app: &Jangle,
    params: &[ParamInfo],
    after: &After,
    until: Instant,
    limit: Duration,
) -> Result<(), AskError> {
    after.check(app).await?;
    // A state is this process's own; a view is everybody's.
    let elsewhere = feeding(app.elsewhere(), params).into_iter().filter(|lane| lane.entry.is_projection());
    let mut lanes = feeding(app.lanes(), params);
    lanes.extend(delivery::deployed(elsewhere.collect(), &*app.stores().views).await?);
    if lanes.is_empty() {
        lanes = after.handlers(app).await?;
    }
    delivery::reached(&lanes, after.position(), until).await.map_err(|awaited| match awaited {
        Awaited::Stopped => AskError::ShuttingDown,
        Awaited::SetAside { handler, position, error } => {
            AskError::SetAside { handler: handler.to_owned(), position, error }
        }
        Awaited::Behind { handler, .. } => {
            AskError::Behind { handler: handler.to_owned(), position: after.position(), waited: limit }
        }
    })
}

/// The lanes that write what an answer is made of.
fn feeding<'a>(lanes: &'a [LaneHandle], params: &[ParamInfo]) -> Vec<&'a LaneHandle> {
    let is_read = |written: &ParamInfo| params.iter().any(|read| feeds(written, read));
    lanes.iter().filter(|lane| lane.entry.params.iter().any(is_read)).collect()
}

fn feeds(written: &ParamInfo, read: &ParamInfo) -> bool {
    match (written.kind, read.kind) {
        (ParamKind::Merge(written), ParamKind::View(read)) => written == read,
        (ParamKind::State { id: written, .. }, ParamKind::State { id: read, .. }) => written() == read(),
        _ => false,
    }
}
