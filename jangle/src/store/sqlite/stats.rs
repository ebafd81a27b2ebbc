//! What a store has done since it was opened.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a [`SqliteStore`](super::SqliteStore) has done since it was opened.
///
/// ```
/// use jangle::SqliteStore;
/// # use jangle::store::EventStore;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("shop.db");
/// let store = SqliteStore::open(&path).await?;
/// let before = store.stats();
/// store.head().await?;
/// assert_eq!(store.stats().reads, before.reads + 1);
/// # store.close().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SqliteStats {
    /// Transactions that stored something of their own, such as events: under
    /// [`Synchronous::Full`](super::Synchronous::Full), so often the disk was waited for.
    pub commits: u64,
    /// Transactions that stored only what follows from events, such as rows of views with the progress of their
    /// handlers. They do not wait for the disk.
    pub derived: u64,
    /// Groups of requests that were handled together, each in one transaction.
    pub groups: u64,
    /// Calls of [`append`](crate::store::EventStore::append).
    pub batches: u64,
    /// Appends in those calls.
    pub appends: u64,
    /// Reads.
    pub reads: u64,
    /// How often the connection that writes was opened again after an error of the disk.
    pub reconnects: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) commits: AtomicU64,
    pub(super) derived: AtomicU64,
    pub(super) groups: AtomicU64,
    pub(super) batches: AtomicU64,
    pub(super) appends: AtomicU64,
    pub(super) reads: AtomicU64,
    pub(super) reconnects: AtomicU64,
}

pub(super) fn count(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}

impl Counters {
    pub(super) fn stats(&self) -> SqliteStats {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        SqliteStats {
            commits: get(&self.commits),
            derived: get(&self.derived),
            groups: get(&self.groups),
            batches: get(&self.batches),
            appends: get(&self.appends),
            reads: get(&self.reads),
            reconnects: get(&self.reconnects),
        }
    }
}
