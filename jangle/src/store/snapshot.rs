//! Snapshots: a cache of aggregates' states.

use super::{BoxFuture, StoreError, StreamId};
use uuid::Uuid;

/// The state of an aggregate at a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The version that the state has.
    pub version: u64,
    /// Which code wrote it; other code discards it.
    pub fingerprint: Uuid,
    /// The state.
    pub state: Vec<u8>,
}

/// Keeps at most one snapshot for each stream.
pub trait SnapshotStore: Send + Sync + 'static {
    /// Keeps `snapshot`, unless there is one with the same fingerprint and at least its version.
    fn save(&self, stream: StreamId, snapshot: Snapshot) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The snapshot of `stream`.
    fn load(&self, stream: StreamId) -> BoxFuture<'_, Result<Option<Snapshot>, StoreError>>;

    /// Removes the snapshot of `stream`, if there is one.
    fn discard(&self, stream: StreamId) -> BoxFuture<'_, Result<(), StoreError>>;
}
