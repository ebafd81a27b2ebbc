//! Errors: one type for each boundary that a caller can act on.
//!
//! | | by |
//! |---|---|
//! | [`StartError`], [`ModelErrors`] | [`JangleBuilder::start`](crate::JangleBuilder::start) |
//! | [`SendError`] | [`Jangle::send`](crate::Jangle::send), [`Commands::send`](crate::Commands::send) |
//! | [`AskError`] | [`Jangle::query`](crate::Jangle::query), [`Queries::query`](crate::Queries::query) |
//! | [`AggregateError`] | [`AggregateHandle`](crate::aggregate::AggregateHandle) |
//! | [`SubscribeError`] | [`Subscription::next`](crate::Subscription::next) |
//! | [`SettleError`] | [`Jangle::settle`](crate::Jangle::settle) |
//! | [`SagaError`] | [`Jangle::saga`](crate::Jangle::saga), [`Sagas`](crate::saga::Sagas) |
//! | [`ShutdownError`] | [`Jangle::shutdown`](crate::Jangle::shutdown) |
//! | [`HandlerError`], [`QueryError`] | your handlers, to the application |
//!
//! Their texts say what failed, where, and what to do. They name aggregates, handlers and positions, and show neither
//! commands nor events. What a `main` is likely to return says the same with `Debug`, which is what is printed then.

/// Lets `Debug` say what `Display` does: it is what a `main` that returns the error prints.
macro_rules! debug_as_display {
    ($($error:ty),+) => { $(
        impl ::std::fmt::Debug for $error {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self, f)
            }
        }
    )+ };
}

pub(crate) use debug_as_display;

mod aggregate;
mod ask;
mod send;

pub use aggregate::AggregateError;
pub use ask::AskError;
pub use send::SendError;

use crate::{
    settings::SettingErrors,
    store::{SagaId, SagaStatus, StoreError},
};
use std::{error::Error, fmt, time::Duration};

macro_rules! any_error {
    ($($(#[$doc:meta])* $name:ident($advice:ty = $none:expr);)*) => { $(
        $(#[$doc])*
        ///
        /// It takes any error through `?`, which is why it cannot be one itself.
        pub struct $name(Box<dyn Error + Send + Sync>, $advice);

        impl $name {
            /// An error that says `text`.
            ///
            /// ```
            #[doc = concat!("let error = jangle::", stringify!($name), "::msg(\"the mail server is gone\");")]
            /// assert_eq!(error.to_string(), "the mail server is gone");
            /// ```
            pub fn msg(text: impl Into<String>) -> Self {
                Self(text.into().into(), $none)
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
                Self(Box::new(error), $none)
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
    HandlerError(Advice = Advice::None);
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
    QueryError(() = ());
}

/// What an error says of further attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Advice {
    /// Nothing.
    None,
    /// There is no point in any.
    Permanent,
    /// The next one is after so long.
    RetryAfter(Duration),
}

impl HandlerError {
    /// An error that further attempts would not change: the event is set aside at once.
    ///
    /// ```
    /// use jangle::HandlerError;
    /// let error = HandlerError::permanent(HandlerError::msg("there is no such address"));
    /// assert_eq!(error.to_string(), "there is no such address");
    /// ```
    pub fn permanent(error: impl Into<Self>) -> Self {
        Self(error.into().0, Advice::Permanent)
    }

    /// An error after which the event is handled again after `wait`, whatever the handler's `retry` says of the time; its
    /// attempts count.
    ///
    /// ```
    /// use jangle::HandlerError;
    /// use std::time::Duration;
    /// let error = HandlerError::retry_after(Duration::from_secs(30), HandlerError::msg("too many requests"));
    /// assert_eq!(error.to_string(), "too many requests");
    /// ```
    pub fn retry_after(wait: Duration, error: impl Into<Self>) -> Self {
        Self(error.into().0, Advice::RetryAfter(wait))
    }

    pub(crate) fn advice(&self) -> Advice {
        self.1
    }
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
/// assert!(matches!(error, StartError::Settings(_)));
/// assert_eq!(
///     error.to_string(),
///     "the setting `lease` is `0s`; it must be a duration such as `30s`, from 100ms to 1h"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The model is wrong; everything that is wrong with it is listed.
    #[error(transparent)]
    Model(#[from] ModelErrors),
    /// A handler's progress belongs to other events than those in the store, as after a restored backup.
    #[error(
        "handler `{handler}` stands at position {position}, where the store has another event than the one it handled; restore events and views from the same backup; or rebuild the views of a projection from these events by a greater `#[event_handler(version = …)]`, and let a reaction begin anew under another `id`"
    )]
    OtherHistory {
        /// The handler's id.
        handler: &'static str,
        /// Where it stands.
        position: u64,
    },
    /// The store has the progress of handlers that the program no longer has: their views would stand still, or their
    /// events would never be handled.
    #[error(
        "the store has the progress of {}, but the program has no such handler: where it has another name now, write `#[event_handler(formerly = \"…\")]` on it; where it is gone for good, add `.retired(\"…\")` to the builder",
        list(handlers)
    )]
    HandlersGone {
        /// Their ids.
        handlers: Vec<String>,
    },
    /// Settings have values that they cannot have; all of these are listed.
    #[error(transparent)]
    Settings(#[from] SettingErrors),
    /// The thread that renews leases cannot be started.
    #[error("the thread that renews leases cannot be started: {source}; raise the limit of threads or processes")]
    Thread {
        /// What the operating system says.
        source: std::io::Error,
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
#[derive(Clone, PartialEq, Eq)]
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

/// `` `a`, `b` ``
fn list(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// Why a subscription has no event to give now. It goes on with the next call.
///
/// ```
#[doc = include_str!("../doc/account.txt")]
#[doc = include_str!("../doc/main.txt")]
#[doc = include_str!("../doc/running.txt")]
/// use jangle::SubscribeError;
///
/// # app.send(deposit).await?;
/// let mut deposits = app.subscribe::<Deposited>().from(1);
/// match deposits.next().await {
///     Some(Ok(event)) => println!("{} cents", event.cents),
///     Some(Err(SubscribeError::Undecodable { position, .. })) => eprintln!("{position} is left out"),
///     Some(Err(error)) => return Err(error.into()),
///     None => println!("the application shuts down"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubscribeError {
    /// An event cannot be decoded as its type is now.
    #[error("the event `{event}` (schema version {schema_version}) at position {position} cannot be decoded: {reason}")]
    Undecodable {
        /// Its name.
        event: String,
        /// Its position.
        position: u64,
        /// The version of its schema.
        schema_version: u32,
        /// What serde said, without the payload.
        reason: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a saga could not be shown or told what to do.
///
/// ```
/// use jangle::{error::SagaError, prelude::*};
#[doc = include_str!("../doc/checkout.txt")]
#[doc = include_str!("../doc/checkout_running.txt")]
/// let error = app.sagas().of::<Checkout>().retry("9").await.unwrap_err();
/// assert_eq!(error.to_string(), "there is no saga checkout `9`");
/// # Ok(())
/// # }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SagaError {
    /// No event came for such a saga.
    #[error("there is no saga {id}")]
    NotFound {
        /// Which.
        id: SagaId,
    },
    /// The saga is over.
    #[error("the saga {id} is over ({status}), and does nothing any more")]
    Over {
        /// Which.
        id: SagaId,
        /// How it stands.
        status: SagaStatus,
    },
    /// No saga of the program has this name.
    #[error("this program has no saga of the type `{saga}`; name one with `.of::<S>()` or `.named(\"…\")`")]
    NoSuchType {
        /// The name; empty where none was said.
        saga: String,
    },
    /// What is stored of the saga cannot be read.
    #[error("the saga {id} cannot be read: {reason}")]
    Unreadable {
        /// Which.
        id: SagaId,
        /// Why.
        reason: String,
    },
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
#[derive(thiserror::Error)]
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
#[derive(thiserror::Error)]
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

debug_as_display! { StartError, ModelErrors, SagaError, SettleError, ShutdownError }
