//! Why a store could not do what it was asked.

use std::sync::Arc;

/// Why a store could not do what it was asked. Nothing of the request was stored, unless it says
/// [`Unknown`](StoreError::Unknown).
///
/// ```
/// use jangle::StoreError;
/// let error = StoreError::Full { reason: "database or disk is full".to_owned() };
/// assert_eq!(
///     error.to_string(),
///     "the store is full: database or disk is full; nothing of the request was stored; free some space and try again"
/// );
/// ```
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store cannot be opened.
    #[error("cannot open the store {path}: {reason}")]
    Open {
        /// Which.
        path: String,
        /// Why, and what to do.
        reason: String,
    },
    /// The store is full: the disk, or a limit that was set.
    #[error("the store is full: {reason}; nothing of the request was stored; free some space and try again")]
    Full {
        /// What the store said.
        reason: String,
    },
    /// The store may not be written.
    #[error("the store cannot be written, and nothing was: {reason}")]
    ReadOnly {
        /// What the store said.
        reason: String,
    },
    /// Another program kept the store locked for longer than the time limit.
    #[error("the store is busy, and nothing was stored: {reason}")]
    Busy {
        /// What the store said.
        reason: String,
    },
    /// What is stored is not what was written.
    #[error("the store is damaged: {reason}")]
    Damaged {
        /// What is wrong.
        reason: String,
    },
    /// It is not known whether the transaction was stored.
    #[error("it is not known whether the transaction was stored: {reason}")]
    Unknown {
        /// What the store said.
        reason: String,
    },
    /// The store was closed.
    #[error("the store is closed: the application has shut down, or somebody else closed it")]
    Closed,
    /// Something else; the source says what.
    #[error("the store failed: {source}")]
    Failed {
        /// The driver's error.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
}

impl StoreError {
    /// Something else than the other variants name.
    pub(crate) fn failed(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Failed { source: Arc::from(source.into()) }
    }
}

/// A view is written or read whose table this store was not asked to prepare.
pub(super) fn unprepared(view: &str) -> StoreError {
    StoreError::failed(format!("the view `{view}` has no table for this generation; prepare its schema first"))
}
