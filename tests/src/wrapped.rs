//! Event stores that append in their own way.

use jangle::{
    CommandId,
    store::{Append, AppendResult, BoxFuture, EventStore, StoreError, StoredEvent, StoredReceipt, StreamId},
};
use std::sync::Arc;

/// How appends are done in front of another store.
pub trait Appends: Send + Sync + 'static {
    type Inner: EventStore;

    fn inner(&self) -> &Self::Inner;

    fn append(&self, batch: Vec<Append>) -> BoxFuture<'_, Result<Vec<AppendResult>, StoreError>>;
}

/// An event store that does the rest as the store behind it.
pub struct Wrapped<A>(pub A);

impl<A: Appends> EventStore for Wrapped<A> {
    fn append(&self, batch: Vec<Append>) -> BoxFuture<'_, Result<Vec<AppendResult>, StoreError>> {
        self.0.append(batch)
    }

    fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        self.0.inner().read_stream(stream, after, limit)
    }

    fn read_all(&self, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        self.0.inner().read_all(after, limit)
    }

    fn read_at(&self, positions: Vec<u64>) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        self.0.inner().read_at(positions)
    }

    fn head(&self) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.0.inner().head()
    }

    fn aggregate_types(&self) -> BoxFuture<'_, Result<Vec<Arc<str>>, StoreError>> {
        self.0.inner().aggregate_types()
    }

    fn receipt(&self, id: CommandId) -> BoxFuture<'_, Result<Option<StoredReceipt>, StoreError>> {
        self.0.inner().receipt(id)
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.inner().close()
    }
}
