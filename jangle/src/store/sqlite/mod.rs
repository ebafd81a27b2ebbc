//! The store in an SQLite file.
//!
//! One thread writes: it takes whatever requests wait and stores them in one transaction, so that many share one wait
//! for the disk (`writer`). Others only read (`readers`).

mod append;
mod commit;
mod dead_letters;
mod division;
mod error;
mod events;
mod file;
mod job;
mod lanes;
mod migrate;
mod open;
mod opened;
mod options;
mod owners;
mod progress;
mod readers;
mod receipts;
mod sagas;
mod snapshot;
mod stats;
mod tables;
mod value;
mod views;
mod writer;

pub use options::{SqliteOptions, Synchronous};
pub use stats::SqliteStats;

use super::StoreError;
use error::Failure;
use job::{Done, Job, Point, Transaction, Work};
use readers::Readers;
use rusqlite::Connection;
use stats::{Counters, count};
use std::{fmt, path::Path, sync::Arc};
use tables::Catalogue;
use tokio::sync::{mpsc, oneshot};
use writer::Request;

/// Keeps everything in one SQLite file.
///
/// A clone is a handle on the same store. Several processes may open the same file.
///
/// ```
/// use jangle::store::{EventStore, SqliteStore};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("shop.db");
/// let store = SqliteStore::open(&path).await?;
/// assert_eq!(store.head().await?, 0);
/// store.close().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SqliteStore {
    shared: Arc<Shared>,
}

struct Shared {
    name: String,
    requests: mpsc::Sender<Request>,
    /// None in memory: there the writer's connection is the only one that sees anything.
    readers: Option<Readers>,
    catalogue: Catalogue,
    counters: Arc<Counters>,
}

impl SqliteStore {
    /// Opens the store in the file at `path`, which is made if it is not there.
    ///
    /// # Errors
    /// See [`SqliteOptions::open`].
    ///
    /// ```
    /// use jangle::SqliteStore;
    /// # use jangle::store::EventStore;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("shop.db");
    /// let store = SqliteStore::open(&path).await?;
    /// # store.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::options().open(path).await
    }

    /// Opens a store of its own in memory. What it keeps is gone when it is closed.
    ///
    /// # Errors
    /// See [`SqliteOptions::in_memory`].
    ///
    /// ```
    /// use jangle::SqliteStore;
    /// # use jangle::store::EventStore;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("shop.db");
    /// let store = SqliteStore::in_memory().await?;
    /// # store.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn in_memory() -> Result<Self, StoreError> {
        Self::options().in_memory().await
    }

    /// Options for opening a store.
    ///
    /// ```
    /// use jangle::SqliteStore;
    /// # use jangle::store::EventStore;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("shop.db");
    /// let store = SqliteStore::options().readers(2).open(&path).await?;
    /// # store.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn options() -> SqliteOptions {
        SqliteOptions::default()
    }

    /// What the store has done since it was opened.
    ///
    /// ```
    /// use jangle::SqliteStore;
    /// # use jangle::store::EventStore;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("shop.db");
    /// let store = SqliteStore::open(&path).await?;
    /// assert_eq!(store.stats().appends, 0);
    /// # store.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn stats(&self) -> SqliteStats {
        self.shared.counters.stats()
    }

    /// Has the writer do `work` in a transaction.
    async fn write<T, F>(&self, point: Point, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Transaction<'_>) -> Result<Done<T>, Failure> + Send + 'static,
    {
        let (job, answer) = Work::boxed(Some(point), work);
        self.submit(job, answer).await
    }

    /// Has the writer do `work`, which writes nothing, on everything that was committed before.
    async fn confirm<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Transaction<'_>) -> Result<Done<T>, Failure> + Send + 'static,
    {
        let (job, answer) = Work::boxed(None, work);
        self.submit(job, answer).await
    }

    async fn submit<T>(
        &self,
        job: Box<dyn Job>,
        answer: oneshot::Receiver<Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        self.shared.requests.send(Request::Do(job)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Has a reader do `work`.
    async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    {
        count(&self.shared.counters.reads, 1);
        match &self.shared.readers {
            Some(readers) => readers.read(work).await,
            None => self.confirm(|transaction| work(transaction.connection).map(Done::Keep)).await,
        }
    }

    async fn finish(&self) -> Result<(), StoreError> {
        let (closed, answer) = oneshot::channel();
        if self.shared.requests.send(Request::Close(closed)).await.is_err() {
            return Ok(());
        }
        // Without an answer somebody else's request to close came first.
        answer.await.unwrap_or(Ok(()))
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("name", &self.shared.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

    use super::*;

    /// The level within the transaction of a job: <https://sqlite.org/pragma.html#pragma_synchronous>.
    async fn level(store: &SqliteStore, point: Point) -> u8 {
        let ask = |transaction: &mut Transaction<'_>| {
            Ok(Done::Keep(transaction.connection.query_row("PRAGMA synchronous", [], |row| row.get(0))?))
        };
        store.write(point, ask).await.unwrap()
    }

    #[tokio::test]
    async fn events_wait_for_the_disk_and_what_follows_from_them_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let points = [Point::OnDisk("append"), Point::Derived("progress"), Point::OnDisk("append")];
        for (synchronous, levels) in
            [(Synchronous::Full, [2, 1, 2]), (Synchronous::Normal, [1, 1, 1]), (Synchronous::Off, [0, 0, 0])]
        {
            let options = SqliteStore::options().synchronous(synchronous);
            let store = options.open(folder.path().join(format!("{synchronous:?}.db"))).await.unwrap();
            for (point, expected) in points.into_iter().zip(levels) {
                assert_eq!(level(&store, point).await, expected, "{synchronous:?} {point:?}");
            }
        }
    }
}
