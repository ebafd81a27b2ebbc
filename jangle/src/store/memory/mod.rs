//! The store in memory: for tests, and for applications that need nothing to outlive them.

mod events;
mod lanes;
mod sagas;
mod tables;

use super::{BoxFuture, Snapshot, SnapshotStore, StoreError, StreamId};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Keeps everything in memory: for tests, and for applications that need nothing to outlive them.
///
/// A clone is a handle on the same store. Closing it, as the shutdown of an application does, loses nothing: another
/// application can be started on it, as on a file. What it keeps is gone when the last handle is.
///
/// ```
/// use jangle::store::{EventStore, MemoryStore};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), jangle::StoreError> {
/// let store = MemoryStore::new();
/// let handle = store.clone();
/// store.close().await?;
/// assert_eq!(handle.head().await?, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct MemoryStore {
    // One lock for everything: each request is then a transaction by itself, and nobody waits inside it.
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    log: events::Log,
    snapshots: HashMap<StreamId, Snapshot>,
    tables: tables::Tables,
    lanes: lanes::Lanes,
    sagas: sagas::Sagas,
}

impl MemoryStore {
    /// A new store with nothing in it.
    ///
    /// ```
    /// use jangle::{Jangle, MemoryStore};
    /// let builder = Jangle::builder().store(MemoryStore::new());
    /// # let _ = builder;
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Every change is made only after everything that can fail, so that a panic of a foreign merge law leaves the
    /// state whole, and the mark it leaves on the lock means nothing.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

impl SnapshotStore for MemoryStore {
    fn save(&self, stream: StreamId, snapshot: Snapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let mut state = self.state();
            let kept = state
                .snapshots
                .get(&stream)
                .is_some_and(|kept| kept.fingerprint == snapshot.fingerprint && kept.version >= snapshot.version);
            if !kept {
                state.snapshots.insert(stream, snapshot);
            }
            Ok(())
        })
    }

    fn load(&self, stream: StreamId) -> BoxFuture<'_, Result<Option<Snapshot>, StoreError>> {
        Box::pin(async move { Ok(self.state().snapshots.get(&stream).cloned()) })
    }

    fn discard(&self, stream: StreamId) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.state().snapshots.remove(&stream);
            Ok(())
        })
    }
}
