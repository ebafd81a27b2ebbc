//! The stores that every law is tested on.

use jangle::{MemoryStore, SqliteStore};
use tempfile::TempDir;

/// A SQLite store in a folder of its own, which goes with it.
pub struct Disk {
    pub folder: TempDir,
}

impl Disk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("store.db")
    }

    pub async fn open(&self) -> SqliteStore {
        SqliteStore::open(self.path()).await.unwrap()
    }
}

impl Default for Disk {
    fn default() -> Self {
        Self::new()
    }
}

/// A store that survives its application.
pub trait Reopen {
    type Store: jangle::store::Store + Clone;

    fn open(&self) -> impl Future<Output = Self::Store> + Send;
}

impl Reopen for Disk {
    type Store = SqliteStore;

    async fn open(&self) -> SqliteStore {
        Disk::open(self).await
    }
}

impl Reopen for MemoryStore {
    type Store = MemoryStore;

    async fn open(&self) -> MemoryStore {
        self.clone()
    }
}

impl jangle::testing::Durable for Disk {
    type Store = SqliteStore;

    async fn open(&self) -> Result<SqliteStore, jangle::StoreError> {
        SqliteStore::open(self.path()).await
    }
}

/// Makes each of the functions, which take `impl Reopen`, a test on every store.
#[macro_export]
macro_rules! on_every_store {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => {
        mod memory {
            $($(#[$meta])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(jangle::MemoryStore::new()).await;
            })*
        }
        mod sqlite {
            $($(#[$meta])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::stores::Disk::new()).await;
            })*
        }
    };
}
