//! What `query` yields where it yields no answer.

use super::{HandlerError, QueryError};
use crate::{store::StoreError, view::ViewError};
use std::time::Duration;

/// Why a query has no answer.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
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
#[derive(thiserror::Error)]
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
    /// The token that the answer was to include is one of another store, or of this one before it was restored from a
    /// backup.
    #[error(
        "the token belongs to another store: position {position} has {} here; ask the store whose receipt it is of",
        if *is_missing { "no event" } else { "another event" }
    )]
    ForeignToken {
        /// The token's position.
        position: u64,
        /// Whether there is no event at that position, instead of another one.
        is_missing: bool,
    },
    /// An [interceptor](crate::Interceptor) did not let it pass. No handler ran.
    #[error("denied: {reason}")]
    Denied {
        /// What the interceptor said.
        reason: String,
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

super::debug_as_display! { AskError }

impl From<ViewError> for AskError {
    fn from(error: ViewError) -> Self {
        Self::Failed(error.into())
    }
}
