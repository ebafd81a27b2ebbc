//! Stores: what keeps events with receipts, snapshots, sagas, and views with the progress of handlers.
//!
//! Each is a trait: [`EventStore`], [`SnapshotStore`], [`SagaStore`], [`ViewStore`]. One object can be all of them, as [`MemoryStore`]
//! and `SqliteStore` are, and each can be another.
//! An application names a store to the builder and nowhere else; whoever writes a store needs the rest of this module.

mod append;
mod dead_letter;
mod decide;
mod division;
mod error;
mod event;
mod lane;
mod lease;
mod memory;
mod partition;
mod saga;
mod snapshot;
#[cfg(feature = "sqlite")]
mod sqlite;
mod view;

pub use append::{
    Answer, Append, AppendResult, Appended, NewEvent, NewOutcome, NewReceipt, ReceiptOutcome, Stored, StoredReceipt,
};
pub use dead_letter::{DeadLetterFilter, Remedy, StoredDeadLetter};
pub use division::{Divided, Division};
pub use error::StoreError;
pub use event::{EventStore, StoredEvent, StreamId};
pub use lane::{
    Claim, Claimed, Exception, ExceptionChange, ExceptionState, LaneCommit, LaneId, LaneOutcome, LaneProgress, Move,
    Owner,
};
pub use memory::MemoryStore;
pub use partition::{PARTITIONS, PartitionRange, partition_of};
pub use saga::{
    DueSagas, SagaEntry, SagaFilter, SagaId, SagaStatus, SagaStatusError, SagaStore, SagaSummary, SaveSaga, StoredSaga,
};
pub use snapshot::{Snapshot, SnapshotStore};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteOptions, SqliteStats, SqliteStore, Synchronous};
pub use view::{Generation, RowChange, ScanRange, ViewSchema, ViewStore};

use std::{pin::Pin, sync::Arc};

/// A future in a box, as object-safe traits return it.
///
/// ```
/// use jangle::store::BoxFuture;
/// fn head(of: &[u64]) -> BoxFuture<'_, u64> {
///     Box::pin(async move { of.last().copied().unwrap_or(0) })
/// }
/// # drop(head(&[1, 2]));
/// ```
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A store of everything, as the builder takes it: see [`JangleBuilder::store`](crate::JangleBuilder::store).
///
/// ```
/// use jangle::{Jangle, JangleBuilder, MemoryStore, store::Store};
///
/// fn on(store: impl Store) -> JangleBuilder {
///     Jangle::builder().store(store)
/// }
/// # let _ = on(MemoryStore::new());
/// ```
pub trait Store: EventStore + SnapshotStore + SagaStore + ViewStore {}

impl<S: EventStore + SnapshotStore + SagaStore + ViewStore> Store for S {}

/// The stores of a running application.
#[derive(Clone)]
pub(crate) struct Stores {
    pub(crate) events: Arc<dyn EventStore>,
    pub(crate) snapshots: Arc<dyn SnapshotStore>,
    pub(crate) sagas: Arc<dyn SagaStore>,
    pub(crate) views: Arc<dyn ViewStore>,
}

impl Stores {
    /// Closes each of them; one object may be several of them, and is closed once.
    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        self.events.close().await
    }
}
