//! Opening and closing the bank's store.

use jangle::{Jangle, ShutdownError, SqliteStore, StartError, StoreError};
use std::{path::Path, time::Duration};

/// How long the views may take to catch up with what was just done.
pub(crate) const CATCHING_UP: Duration = Duration::from_secs(600);

/// What is told where the views did not catch up in time.
pub const BEHIND: &str = "the views are behind: another run may be importing, or the store cannot be written";

/// Why the bank cannot open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The program does not fit the store, or is wrong in itself.
    #[error(transparent)]
    Start(#[from] StartError),
    /// It could not be closed in order.
    #[error(transparent)]
    Shutdown(#[from] ShutdownError),
}

/// The bank whose events and books are in the file `store`; a file that is not there begins a new bank.
///
/// # Errors
/// [`OpenError`] where the store cannot be used.
pub async fn open(store: &Path) -> Result<Jangle, OpenError> {
    Ok(Jangle::builder().store(SqliteStore::open(store).await?).start().await?)
}

/// Closes the bank: finishes what was acknowledged.
///
/// # Errors
/// [`OpenError`] where that takes too long, or the store fails.
pub async fn close(app: Jangle) -> Result<(), OpenError> {
    Ok(app.shutdown().await?)
}
