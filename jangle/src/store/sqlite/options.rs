//! How a store is opened.

use super::{SqliteStore, open};
use crate::store::StoreError;
use std::{path::Path, time::Duration};

/// When a commit counts as done.
///
/// See <https://sqlite.org/pragma.html#pragma_synchronous>.
///
/// ```
/// use jangle::{SqliteStore, store::Synchronous};
/// # use jangle::store::EventStore;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("shop.db");
/// // A bulk load that can be repeated.
/// let store = SqliteStore::options().synchronous(Synchronous::Off).open(&path).await?;
/// # store.close().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Synchronous {
    /// When the disk has it: it outlives a loss of power. Rows of views and snapshots, which follow from events, are not
    /// waited for: after a loss of power handlers make again what is missing.
    #[default]
    Full,
    /// When the operating system has it: it outlives the process. A loss of power can undo the last commits, and with
    /// them commands that were acknowledged.
    Normal,
    /// At once. A loss of power can damage the file.
    Off,
}

/// How a [`SqliteStore`] is opened.
///
/// ```
/// use jangle::store::{SqliteStore, Synchronous};
/// use std::time::Duration;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("shop.db");
/// let store = SqliteStore::options()
///     .synchronous(Synchronous::Full)
///     .busy_timeout(Duration::from_secs(5))
///     .readers(2)
///     .open(&path)
///     .await?;
/// # jangle::store::EventStore::close(&store).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is opened until `open` is awaited"]
pub struct SqliteOptions {
    pub(super) synchronous: Synchronous,
    pub(super) busy_timeout: Duration,
    pub(super) readers: usize,
    pub(super) max_page_count: Option<u32>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { synchronous: Synchronous::Full, busy_timeout: Duration::from_secs(10), readers: 4, max_page_count: None }
    }
}

impl SqliteOptions {
    /// When a commit counts as done: [`Synchronous::Full`] unless set.
    ///
    /// ```
    /// use jangle::{SqliteStore, store::Synchronous};
    /// let options = SqliteStore::options().synchronous(Synchronous::Normal);
    /// # let _ = options;
    /// ```
    pub fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// How long to wait where another program has the file locked: 10 s unless set.
    ///
    /// ```
    /// use jangle::SqliteStore;
    /// let options = SqliteStore::options().busy_timeout(std::time::Duration::from_secs(2));
    /// # let _ = options;
    /// ```
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// How many connections read beside the one that writes: 4 unless set, and at least 1.
    ///
    /// ```
    /// use jangle::SqliteStore;
    /// let options = SqliteStore::options().readers(8);
    /// # let _ = options;
    /// ```
    pub fn readers(mut self, readers: usize) -> Self {
        self.readers = readers.max(1);
        self
    }

    /// The largest size of the file, in pages of 4 KiB. Beyond it, what would need more is [`StoreError::Full`].
    ///
    /// ```
    /// use jangle::SqliteStore;
    /// let options = SqliteStore::options().max_page_count(262_144); // 1 GiB
    /// # let _ = options;
    /// ```
    pub fn max_page_count(mut self, pages: u32) -> Self {
        self.max_page_count = Some(pages);
        self
    }

    /// Opens the store in the file at `path`, which is made if it is not there.
    ///
    /// # Errors
    /// [`StoreError::Open`], which says what to do: the directory is missing, the file or its directory cannot be
    /// written, the file is not a store of this kind, or belongs to a newer version.
    ///
    /// ```
    /// use jangle::SqliteStore;
    /// # use jangle::store::EventStore;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("shop.db");
    /// let store = SqliteStore::options().open(&path).await?;
    /// # store.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn open(self, path: impl AsRef<Path>) -> Result<SqliteStore, StoreError> {
        open::in_file(path.as_ref().to_owned(), self).await
    }

    /// Opens a store of its own in memory. What it keeps is gone when it is closed.
    ///
    /// # Errors
    /// [`StoreError::Open`] where there is no memory for it.
    ///
    /// ```
    /// use jangle::SqliteStore;
    /// # use jangle::store::EventStore;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("shop.db");
    /// let store = SqliteStore::options().in_memory().await?;
    /// # store.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn in_memory(self) -> Result<SqliteStore, StoreError> {
        open::in_memory(self).await
    }
}
