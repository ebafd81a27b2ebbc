//! Errors: one type for each boundary that a caller can act on.
//!
//! | | by |
//! |---|---|
//! | [`StartError`], [`ModelErrors`] | [`JangleBuilder::start`](crate::JangleBuilder::start) |
//! | [`SendError`] | [`Jangle::send`](crate::Jangle::send), [`Commands::send`](crate::Commands::send) |
//! | [`AskError`] | [`Jangle::query`](crate::Jangle::query), [`Queries::query`](crate::Queries::query) |
//! | [`SettleError`] | [`Jangle::settle`](crate::Jangle::settle) |
//! | [`ShutdownError`] | [`Jangle::shutdown`](crate::Jangle::shutdown) |
//! | [`HandlerError`], [`QueryError`] | your handlers, to the application |
//!
//! Their texts say what failed, where, and what to do. They name aggregates, handlers and positions, and show neither
//! commands nor events.

use crate::{command::CommandId, store::StoreError, view::ViewError};
use std::{error::Error, fmt, time::Duration};

macro_rules! any_error {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        ///
        /// It takes any error through `?`, which is why it cannot be one itself.
        pub struct $name(Box<dyn Error + Send + Sync>);

        impl $name {
            /// An error that says `text`.
            ///
            /// ```
            #[doc = concat!("let error = jangle::", stringify!($name), "::msg(\"the mail server is gone\");")]
            /// assert_eq!(error.to_string(), "the mail server is gone");
            /// ```
            pub fn msg(text: impl Into<String>) -> Self {
                Self(text.into().into())
            }

            /// The error that was passed on.
            ///
            /// ```
            #[doc = concat!("let error = jangle::", stringify!($name), "::from(std::fmt::Error);")]
            /// assert!(error.source().is::<std::fmt::Error>());
            /// ```
            pub fn source(&self) -> &(dyn Error + Send + Sync + 'static) {
                &*self.0
            }
        }

        impl<E: Error + Send + Sync + 'static> From<E> for $name {
            fn from(error: E) -> Self {
                Self(Box::new(error))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )* };
}

any_error! {
    /// Why an event handler failed. The event is handled again, until its attempts are used up.
    ///
    /// ```
    /// use jangle::HandlerError;
    /// fn parse(text: &str) -> Result<u32, HandlerError> {
    ///     let number: u32 = text.parse()?;
    ///     if number > 100 {
    ///         return Err(HandlerError::msg("a percentage is 100 at most"));
    ///     }
    ///     Ok(number)
    /// }
    /// assert_eq!(parse("101").unwrap_err().to_string(), "a percentage is 100 at most");
    /// assert!(parse("x").unwrap_err().source().is::<std::num::ParseIntError>());
    /// ```
    HandlerError;
    /// Why a query handler failed.
    ///
    /// ```
    /// use jangle::QueryError;
    /// fn parse(text: &str) -> Result<u32, QueryError> {
    ///     let number: u32 = text.parse()?;
    ///     if number > 100 {
    ///         return Err(QueryError::msg("a percentage is 100 at most"));
    ///     }
    ///     Ok(number)
    /// }
    /// assert_eq!(parse("101").unwrap_err().to_string(), "a percentage is 100 at most");
    /// assert!(parse("x").unwrap_err().source().is::<std::num::ParseIntError>());
    /// ```
    QueryError;
}

/// Why an application could not start.
///
/// ```
#[doc = include_str!("../doc/account.txt")]
#[doc = include_str!("../doc/main.txt")]
/// use jangle::StartError;
///
/// let error = Jangle::builder()
/// #   .only(module_path!())
///     .lease(Duration::ZERO)
///     .start()
///     .await
///     .unwrap_err();
/// assert!(matches!(error, StartError::Setting { setting: "lease", .. }));
/// assert_eq!(error.to_string(), "the setting `lease` is `0ns`; it must be 100 ms or more");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The model is wrong; everything that is wrong with it is listed.
    #[error(transparent)]
    Model(#[from] ModelErrors),
    /// A handler's progress belongs to other events than those in the store, as after a restored backup.
    #[error(
        "handler `{handler}` stands at position {position}, where the store has another event than the one it handled; restore events and views from the same backup, or remove the tables of its views"
    )]
    OtherHistory {
        /// The handler's id.
        handler: &'static str,
        /// Where it stands.
        position: u64,
    },
    /// A setting has a value that it cannot have.
    #[error("the setting `{setting}` is `{value}`; it must be {expected}")]
    Setting {
        /// The setting's name.
        setting: &'static str,
        /// The value that it has.
        value: String,
        /// What it accepts.
        expected: &'static str,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Everything that is wrong with a model.
///
/// ```
/// use jangle::prelude::*;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// // There is nothing in this module.
/// let error = Jangle::builder().only("shop::empty").store(MemoryStore::new()).start().await.unwrap_err();
/// assert!(error.to_string().starts_with("the model is wrong:\n  it is empty"));
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelErrors(pub(crate) Vec<String>);

impl ModelErrors {
    /// The mistakes, a sentence each.
    ///
    /// ```
    /// use jangle::{StartError, prelude::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let error = Jangle::builder().only("shop::empty").store(MemoryStore::new()).start().await;
    /// let Err(StartError::Model(errors)) = error else { panic!("the model is empty") };
    /// assert_eq!(errors.iter().count(), 1);
    /// # }
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for ModelErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the model is wrong:")?;
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

impl Error for ModelErrors {}

/// Why a command was not done, or not known to be.
///
/// `R` is the command's own refusal.
///
/// ```
#[doc = include_str!("../doc/account.txt")]
#[doc = include_str!("../doc/main.txt")]
#[doc = include_str!("../doc/running.txt")]
/// match app.send(Withdraw { account: "25".into(), cents: 500 }).await {
///     Ok(receipt) => println!("done, at version {}", receipt.version),
///     Err(SendError::Refused(NotEnough { left })) => println!("there are only {left} cents"),
///     // Nothing happened, unless it is `Unknown`; the text says what to do.
///     Err(error) => eprintln!("{error}"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError<R> {
    /// A rule refused it. Nothing happened.
    #[error("{0}")]
    Refused(R),
    /// It was refused before: its id is spent.
    #[error("{text}")]
    RefusedBefore {
        /// The first refusal in words.
        text: String,
    },
    /// The aggregate is not at the version that the caller expected. Nothing happened.
    #[error("it is at version {actual}, and not at {expected} as expected; read it again before sending again")]
    StaleVersion {
        /// The version of `.expect_version(…)`.
        expected: u64,
        /// The version that the aggregate has.
        actual: u64,
    },
    /// Something that must be new exists: see [`On::create`](crate::On::create). Nothing happened.
    #[error("{aggregate} `{id}` exists already")]
    Exists {
        /// The aggregate's type.
        aggregate: String,
        /// Which one.
        id: String,
    },
    /// The id belongs to another request: another command, aggregate or payload. Nothing happened.
    #[error(
        "the command id {id} was used before, for another request: `{command}` to {aggregate} `{aggregate_id}`; each request needs its own"
    )]
    IdReused {
        /// The id.
        id: CommandId,
        /// The command that has it.
        command: String,
        /// The aggregate's type of that one.
        aggregate: String,
        /// The aggregate of that one.
        aggregate_id: String,
    },
    /// Others changed the same aggregate for as long as
    /// [`command_timeout`](crate::JangleBuilder::command_timeout) lets a command take. Nothing happened.
    #[error("others kept changing {aggregate} `{id}` for {waited:?}; try again")]
    Contended {
        /// The aggregate's type.
        aggregate: String,
        /// Which one.
        id: String,
        /// For how long.
        waited: Duration,
    },
    /// As many commands as [`commands_under_way`](crate::JangleBuilder::commands_under_way) were under way, for as long
    /// as a command may take. Nothing happened.
    #[error("{limit} commands are under way, as many as may be; try again later")]
    Overloaded {
        /// How many are.
        limit: usize,
    },
    /// The application is shutting down. Nothing happened.
    #[error("the application is shutting down")]
    ShuttingDown,
    /// It is not known whether it was done. Send it again with the same id: it takes effect once.
    #[error(
        "it is not known whether command {id} was done; send it again with this id, and it is done once: {}",
        why_unknown(source)
    )]
    Unknown {
        /// The command's id.
        id: CommandId,
        /// What the store said.
        source: StoreError,
    },
    /// An event is larger than [`event_size`](crate::JangleBuilder::event_size). Nothing happened.
    #[error(
        "{what} has {size} bytes, and at most {limit} are stored; make it smaller, or raise the builder's `event_size`"
    )]
    TooLarge {
        /// What is.
        what: String,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// Something could not be written as JSON. Nothing happened.
    #[error("{what} cannot be written as JSON: {source}")]
    Encode {
        /// What.
        what: String,
        /// What serde said.
        source: serde_json::Error,
    },
    /// The aggregate could not be rebuilt from its events. Nothing happened.
    #[error("{aggregate} `{id}` cannot be rebuilt: {reason}")]
    Rebuild {
        /// The aggregate's type.
        aggregate: String,
        /// Which one.
        id: String,
        /// Which event, and why.
        reason: String,
    },
    /// The validator panicked. Nothing happened.
    #[error("the validator of `{command}` panicked: {message}")]
    Panicked {
        /// The command.
        command: &'static str,
        /// What it said.
        message: String,
    },
    /// The command was *accepted* before, but its stored reply is none of the type that it has now.
    #[error("command {id} was accepted before, but its stored reply does not fit the type that replies have now")]
    ReplyChanged {
        /// The command's id.
        id: CommandId,
        /// What serde said.
        source: serde_json::Error,
    },
    /// The store failed. Nothing happened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the store said, without that it does not know.
fn why_unknown(error: &StoreError) -> String {
    match error {
        StoreError::Unknown { reason } => reason.clone(),
        error => error.to_string(),
    }
}

/// Why a query has no answer.
///
/// ```
#[doc = include_str!("../doc/account.txt")]
#[doc = include_str!("../doc/balance.txt")]
#[doc = include_str!("../doc/main.txt")]
#[doc = include_str!("../doc/running.txt")]
/// use jangle::AskError;
///
/// let receipt = app.send(deposit).await?;
/// match app.query(BalanceOf { account: "25".into() }).after(&receipt).within(Duration::from_secs(1)).await {
///     Ok(balance) => println!("{balance:?}"),
///     Err(AskError::Behind { handler, .. }) => println!("{handler} is slow today"),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// Its handler failed.
    #[error("{0}")]
    Failed(QueryError),
    /// A handler did not reach the receipt within the time limit.
    #[error("handler `{handler}` did not reach position {position} within {waited:?}; ask again, or allow more time")]
    Behind {
        /// Which handler.
        handler: String,
        /// The receipt's position.
        position: u64,
        /// The time limit.
        waited: Duration,
    },
    /// A handler set an event aside that the receipt stands for, so the answer would lack it.
    #[error("handler `{handler}` set the event at position {position} aside, so the answer would lack it: {error}")]
    SetAside {
        /// Which handler.
        handler: String,
        /// The event's position.
        position: u64,
        /// What the last attempt said.
        error: String,
    },
    /// A parameter cannot be provided.
    #[error("{0}")]
    Parameter(HandlerError),
    /// The application is shutting down.
    #[error("the application is shutting down")]
    ShuttingDown,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an application did not come to rest.
///
/// ```
#[doc = include_str!("../doc/account.txt")]
#[doc = include_str!("../doc/main.txt")]
#[doc = include_str!("../doc/running.txt")]
/// use jangle::SettleError;
///
/// match app.settle(Duration::from_secs(5)).await {
///     Ok(()) => println!("every handler is done"),
///     Err(SettleError::TimedOut { waiting, .. }) => println!("{waiting}"),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettleError {
    /// Something was still under way when the time was up.
    #[error("not settled within {waited:?}: {waiting}")]
    TimedOut {
        /// The time limit.
        waited: Duration,
        /// What was under way.
        waiting: String,
    },
    /// The application is shutting down.
    #[error("the application is shutting down")]
    ShuttingDown,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an application could not shut down in order.
///
/// ```
#[doc = include_str!("../doc/account.txt")]
#[doc = include_str!("../doc/main.txt")]
#[doc = include_str!("../doc/running.txt")]
/// use jangle::ShutdownError;
///
/// match app.shutdown().await {
///     Err(ShutdownError::TimedOut { waited }) => eprintln!("some handlers did not end within {waited:?}"),
///     other => other?,
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShutdownError {
    /// Something was still running when the time was up. What was acknowledged is stored.
    #[error("handlers were still running after {waited:?}; what was acknowledged is stored")]
    TimedOut {
        /// How long was waited.
        waited: Duration,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ViewError> for AskError {
    fn from(error: ViewError) -> Self {
        Self::Failed(error.into())
    }
}
