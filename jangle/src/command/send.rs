//! Sending a command.

use super::{CommandId, Receipt, core::CommandCore, handle::handle, intercepted::intercepted, request::SendOptions};
use crate::{
    Timestamp,
    aggregate::{Aggregate, HandledBy},
    error::SendError,
    store::BoxFuture,
    telemetry,
};
use std::{fmt, future::IntoFuture, sync::Arc};

type Run<T, R> = Box<dyn FnOnce(SendOptions) -> BoxFuture<'static, Result<Receipt<T>, SendError<R>>> + Send>;

/// A command that is sent when this is awaited.
///
/// It carries the types of the reply and the refusal instead of the command's, so that a mistake in the command is
/// reported once.
///
/// ```
/// use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// # struct Deposit { #[aggregate_id] account: String, cents: i64 }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Deposited { cents: i64 }
/// # #[derive(Debug, Default)]
/// # struct Account { cents: i64 }
/// # #[aggregate]
/// # impl Account {
/// #     #[validate_command]
/// #     fn deposit(&self, command: Deposit) -> (Deposited, Reply<i64>) {
/// #         (Deposited { cents: command.cents }, Reply(self.cents + command.cents))
/// #     }
/// #     #[reconstitute]
/// #     fn deposited(&mut self, event: &Deposited) { self.cents += event.cents; }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let app = Jangle::builder().only(module_path!()).store(MemoryStore::new()).start().await?;
/// let id = CommandId::new();
/// let deposit = Deposit { account: "25".into(), cents: 100 };
/// let first = app.send(deposit.clone()).id(id).await?;
/// let again = app.send(deposit).id(id).await?;
/// assert_eq!((first.reply, again.reply, again.version), (100, 100, 1));
/// # Ok(())
/// # }
/// ```
#[must_use = "a command is sent when this is awaited"]
pub struct Sending<T, R> {
    options: SendOptions,
    run: Run<T, R>,
}

impl<T, R> fmt::Debug for Sending<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").field("options", &self.options).finish_non_exhaustive()
    }
}

impl<T: Send + 'static, R: Send + 'static> Sending<T, R> {
    pub(crate) fn new<C, A>(core: Arc<CommandCore>, command: C, options: SendOptions) -> Self
    where
        A: Aggregate,
        C: HandledBy<A>,
        C::Outcome: super::Outcome<Reply = T, Refusal = R>,
    {
        let run: Run<T, R> = Box::new(move |options| {
            let sent = telemetry::command::Sent::new(&command, A::META.name, core.settings.slow_after);
            let handling: BoxFuture<'static, _> = match core.extensions.interceptors.is_empty() {
                true => Box::pin(handle::<C, A>(core, command, options)),
                false => Box::pin(intercepted::<C, A>(core, command, options)),
            };
            match sent {
                Some(sent) => Box::pin(sent.answered(handling)),
                None => handling,
            }
        });
        Self { options, run }
    }
}

impl<T, R> Sending<T, R> {
    /// Under this id, however often it is sent, the command takes effect once, and every repeat gets the first answer.
    ///
    /// In a handler's [`Commands`](crate::Commands), ids derive from handler and event unless one is given.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let id = CommandId::derived("webhook", "evt_1042");
    /// let first = app.send(deposit.clone()).id(id).await?;
    /// let again = app.send(deposit).id(id).await?;
    /// assert_eq!((again.reply, again.version, again.repeated), (100, 1, true));
    /// # assert_eq!(first, again);
    /// # Ok(())
    /// # }
    /// ```
    pub fn id(mut self, id: CommandId) -> Self {
        self.options.id = Some(id);
        self
    }

    /// Only if the aggregate has this version; otherwise [`SendError::StaleVersion`], before any rule runs.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// app.send(deposit.clone()).expect_version(0).await?;
    /// let stale = app.send(deposit).expect_version(0).await;
    /// assert!(matches!(stale, Err(SendError::StaleVersion { expected: 0, actual: 1 })));
    /// # Ok(())
    /// # }
    /// ```
    pub fn expect_version(mut self, version: u64) -> Self {
        self.options.expected_version = Some(version);
        self
    }

    /// Decides, and stores nothing: would it be accepted? The receipt has the version as it is, and no events.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let would = app.send(deposit).dry_run().await?;
    /// assert_eq!((would.reply, would.version, would.events.len()), (100, 0, 0));
    /// # Ok(())
    /// # }
    /// ```
    pub fn dry_run(mut self) -> Self {
        self.options.dry_run = true;
        self
    }

    /// Attaches a value to the command and to the metadata of its events: see [`CommandContext::metadata`] and
    /// [`Metadata::user`].
    ///
    /// [`CommandContext::metadata`]: crate::CommandContext::metadata
    /// [`Metadata::user`]: crate::Metadata::user
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// app.send(deposit).metadata("user", "ann").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.metadata.insert(key.into(), value.into());
        self
    }

    /// Says which piece of business the command belongs to; its own id unless said.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// app.send(deposit).correlation("invoice 7").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn correlation(mut self, id: impl Into<String>) -> Self {
        self.options.correlation = Some(id.into());
        self
    }

    /// Says when what the command reports happened in the business.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// app.send(deposit).occurred_at("1996-07-28T12:00:00Z".parse()?).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn occurred_at(mut self, time: Timestamp) -> Self {
        self.options.occurred_at = Some(time);
        self
    }
}

impl<T: Send + 'static, R: Send + 'static> IntoFuture for Sending<T, R> {
    type Output = Result<Receipt<T>, SendError<R>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        (self.run)(self.options)
    }
}
