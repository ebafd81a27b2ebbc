//! Where a store under test is.

use super::violation::{Broken, Outcome};
use crate::{
    StoreError,
    store::{BoxFuture, Store},
};
use std::sync::Arc;

/// Where a store keeps what outlives it: a folder, or a database of a server.
///
/// It is opened when nothing else has it open. Dropping it removes what is kept.
///
/// ```
/// use jangle::{SqliteStore, StoreError, testing::Durable};
/// use tempfile::TempDir;
///
/// struct Folder(TempDir);
///
/// impl Durable for Folder {
///     type Store = SqliteStore;
///
///     async fn open(&self) -> Result<SqliteStore, StoreError> {
///         SqliteStore::open(self.0.path().join("shop.db")).await
///     }
/// }
///
/// jangle::testing::store_conformance!(mod sqlite, durable, || async {
///     Folder(tempfile::tempdir().unwrap())
/// });
/// # fn main() {}
/// ```
pub trait Durable: Send + Sync + 'static {
    /// The store.
    type Store: Store;

    /// Opens the store: a new one at first, and later the one that was closed.
    ///
    /// # Errors
    /// [`StoreError`], where it cannot be opened; the check that asked then fails with it.
    fn open(&self) -> impl Future<Output = Result<Self::Store, StoreError>> + Send;
}

/// A [`Durable`] of any type.
pub(super) trait Place: Send + Sync {
    fn open(&self) -> BoxFuture<'_, Outcome<Arc<dyn Store>>>;
}

impl<D: Durable> Place for D {
    fn open(&self) -> BoxFuture<'_, Outcome<Arc<dyn Store>>> {
        Box::pin(async move {
            match Durable::open(self).await {
                Ok(store) => Ok(Arc::new(store) as Arc<dyn Store>),
                Err(error) => Err(Broken::new("opening the store", "a store", &format_args!("failed: {error}"))),
            }
        })
    }
}

/// A store that is open already.
pub(super) struct Opened(pub(super) Arc<dyn Store>);

impl Opened {
    pub(super) fn into_place(self) -> Arc<dyn Place> {
        Arc::new(self)
    }
}

impl Place for Opened {
    fn open(&self) -> BoxFuture<'_, Outcome<Arc<dyn Store>>> {
        Box::pin(async { Ok(Arc::clone(&self.0)) })
    }
}
