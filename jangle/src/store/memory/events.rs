//! Events and receipts.

use super::MemoryStore;
use crate::{
    Timestamp,
    command::CommandId,
    store::{
        Append, AppendResult, BoxFuture, EventStore, NewEvent, StoreError, StoredEvent, StoredReceipt, StreamId,
        decide::{Ledger, decide_batch},
        partition_of,
    },
};
use std::{
    collections::{BTreeSet, HashMap},
    convert::Infallible,
    sync::Arc,
};

/// All events, and what became of the commands.
#[derive(Default)]
pub(super) struct Log {
    /// By position: the event at position `n` has the index `n - 1`.
    events: Vec<StoredEvent>,
    /// The indices of each stream's events, by version.
    streams: HashMap<StreamId, Vec<usize>>,
    receipts: HashMap<CommandId, StoredReceipt>,
}

/// The index of the first element behind number `after`, where numbers begin at 1.
fn behind(after: u64) -> usize {
    usize::try_from(after).unwrap_or(usize::MAX)
}

impl Log {
    fn at(&self, position: u64) -> Option<&StoredEvent> {
        self.events.get(usize::try_from(position.checked_sub(1)?).ok()?)
    }
}

impl Ledger for Log {
    type Error = Infallible;

    fn version_of(&mut self, stream: &StreamId) -> Result<u64, Infallible> {
        Ok(self.streams.get(stream).map_or(0, |events| events.len() as u64))
    }

    fn head(&mut self) -> Result<u64, Infallible> {
        Ok(self.events.len() as u64)
    }

    fn receipt(&mut self, id: CommandId) -> Result<Option<StoredReceipt>, Infallible> {
        Ok(self.receipts.get(&id).cloned())
    }

    fn insert_event(&mut self, event: NewEvent, version: u64, recorded_at: Timestamp) -> Result<u64, Infallible> {
        let position = self.events.len() as u64 + 1;
        self.streams.entry(event.stream.clone()).or_default().push(self.events.len());
        self.events.push(StoredEvent {
            id: event.id,
            partition: partition_of(&event.stream),
            stream: event.stream,
            version,
            position,
            name: event.name,
            schema_version: event.schema_version,
            payload: event.payload,
            metadata: event.metadata,
            recorded_at,
            occurred_at: event.occurred_at,
        });
        Ok(position)
    }

    fn insert_receipt(&mut self, id: CommandId, receipt: StoredReceipt, _: Timestamp) -> Result<(), Infallible> {
        self.receipts.insert(id, receipt);
        Ok(())
    }
}

impl EventStore for MemoryStore {
    fn append(&self, batch: Vec<Append>) -> BoxFuture<'_, Result<Vec<AppendResult>, StoreError>> {
        Box::pin(async move {
            let Ok(results) = decide_batch(&mut self.state().log, batch);
            Ok(results)
        })
    }

    fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        Box::pin(async move {
            let log = &self.state().log;
            let indices = log.streams.get(&stream).map_or(&[][..], Vec::as_slice);
            Ok(indices.iter().skip(behind(after)).take(limit).map(|&index| log.events[index].clone()).collect())
        })
    }

    fn read_all(&self, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        Box::pin(async move { Ok(self.state().log.events.iter().skip(behind(after)).take(limit).cloned().collect()) })
    }

    fn read_at(&self, mut positions: Vec<u64>) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        positions.sort_unstable();
        positions.dedup();
        Box::pin(async move {
            let log = &self.state().log;
            Ok(positions.into_iter().filter_map(|position| log.at(position).cloned()).collect())
        })
    }

    fn head(&self) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move { Ok(self.state().log.events.len() as u64) })
    }

    fn aggregate_types(&self) -> BoxFuture<'_, Result<Vec<Arc<str>>, StoreError>> {
        Box::pin(async move {
            let log = &self.state().log;
            let names: BTreeSet<_> = log.streams.keys().map(StreamId::aggregate_type).collect();
            Ok(names.into_iter().map(Arc::from).collect())
        })
    }

    fn receipt(&self, id: CommandId) -> BoxFuture<'_, Result<Option<StoredReceipt>, StoreError>> {
        Box::pin(async move { Ok(self.state().log.receipts.get(&id).cloned()) })
    }

    /// Does nothing: what is in memory is there for the next application on this store.
    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }
}
