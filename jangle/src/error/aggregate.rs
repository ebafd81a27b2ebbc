//! What reading an aggregate yields where that fails.

use crate::store::{StoreError, StreamId};

/// Why an aggregate cannot be shown. Each names the aggregate.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// app.send(deposit).await?;
/// let error = app.aggregate::<Account>("25").at_version(7).state().await.unwrap_err();
/// assert_eq!(error.to_string(), "account `25` has no version 7: it is at version 1");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AggregateError {
    /// It cannot be rebuilt from its events.
    #[error("{stream} cannot be rebuilt: {reason}")]
    Rebuild {
        /// Which aggregate.
        stream: StreamId,
        /// Which event, and why.
        reason: String,
    },
    /// It does not have this version yet.
    #[error("{stream} has no version {version}: it is at version {actual}")]
    NoVersion {
        /// Which aggregate.
        stream: StreamId,
        /// The version that was asked for.
        version: u64,
        /// The version that it has.
        actual: u64,
    },
    /// The payload of one of its events cannot be read.
    #[error("the payload of {stream} at version {version}, position {position}, cannot be read: {reason}")]
    Payload {
        /// Which aggregate.
        stream: StreamId,
        /// The event's version.
        version: u64,
        /// The event's position.
        position: u64,
        /// Why.
        reason: String,
    },
    /// The store failed.
    #[error("{stream} cannot be read: {source}")]
    Store {
        /// Which aggregate.
        stream: StreamId,
        /// What the store said.
        source: StoreError,
    },
}
