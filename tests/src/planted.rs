//! Stores in memory with a fault in them.

use jangle::{
    CommandId, MemoryStore, Timestamp,
    store::{
        Append, AppendResult, BoxFuture, Claim, Claimed, EventStore, Generation, LaneCommit, LaneId, LaneOutcome,
        Owner, ScanRange, Snapshot, SnapshotStore, StoreError, StoredEvent, StoredReceipt, StreamId, ViewSchema,
        ViewStore,
    },
    view::Value,
};

type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// What is wrong with a store: what is not written anew is right.
pub trait Fault: Send + Sync + 'static {
    fn append<'a>(&'a self, right: &'a MemoryStore, batch: Vec<Append>) -> Answer<'a, Vec<AppendResult>> {
        right.append(batch)
    }

    /// What is made of events that were read.
    fn read(&self, events: Vec<StoredEvent>) -> Vec<StoredEvent> {
        events
    }

    fn receipt<'a>(&'a self, right: &'a MemoryStore, id: CommandId) -> Answer<'a, Option<StoredReceipt>> {
        right.receipt(id)
    }

    fn save<'a>(&'a self, right: &'a MemoryStore, stream: StreamId, snapshot: Snapshot) -> Answer<'a, ()> {
        right.save(stream, snapshot)
    }

    /// What is prepared instead of a schema.
    fn schema(&self, schema: ViewSchema) -> ViewSchema {
        schema
    }

    fn claim<'a>(&'a self, right: &'a MemoryStore, claim: Claim) -> Answer<'a, Claimed> {
        right.claim(claim)
    }

    fn commit<'a>(&'a self, right: &'a MemoryStore, commit: LaneCommit) -> Answer<'a, LaneOutcome> {
        right.commit(commit)
    }

    fn scan<'a>(&'a self, right: &'a MemoryStore, view: &'static str, range: ScanRange) -> Answer<'a, Vec<Vec<Value>>> {
        right.scan(view, range)
    }
}

/// A store with this fault.
pub struct Planted<F> {
    right: MemoryStore,
    fault: F,
}

impl<F: Fault> Planted<F> {
    pub fn new(fault: F) -> Self {
        Self::on(MemoryStore::new(), fault)
    }

    /// The same on what is there already.
    pub fn on(right: MemoryStore, fault: F) -> Self {
        Self { right, fault }
    }
}

impl<F: Fault> EventStore for Planted<F> {
    fn append(&self, batch: Vec<Append>) -> Answer<'_, Vec<AppendResult>> {
        self.fault.append(&self.right, batch)
    }

    fn read_stream(&self, stream: StreamId, after: u64, limit: usize) -> Answer<'_, Vec<StoredEvent>> {
        Box::pin(async move { Ok(self.fault.read(self.right.read_stream(stream, after, limit).await?)) })
    }

    fn read_all(&self, after: u64, limit: usize) -> Answer<'_, Vec<StoredEvent>> {
        Box::pin(async move { Ok(self.fault.read(self.right.read_all(after, limit).await?)) })
    }

    fn read_at(&self, positions: Vec<u64>) -> Answer<'_, Vec<StoredEvent>> {
        self.right.read_at(positions)
    }

    fn head(&self) -> Answer<'_, u64> {
        self.right.head()
    }

    fn receipt(&self, id: CommandId) -> Answer<'_, Option<StoredReceipt>> {
        self.fault.receipt(&self.right, id)
    }

    fn close(&self) -> Answer<'_, ()> {
        self.right.close()
    }
}

impl<F: Fault> SnapshotStore for Planted<F> {
    fn save(&self, stream: StreamId, snapshot: Snapshot) -> Answer<'_, ()> {
        self.fault.save(&self.right, stream, snapshot)
    }

    fn load(&self, stream: StreamId) -> Answer<'_, Option<Snapshot>> {
        self.right.load(stream)
    }

    fn discard(&self, stream: StreamId) -> Answer<'_, ()> {
        self.right.discard(stream)
    }
}

impl<F: Fault> ViewStore for Planted<F> {
    fn prepare(&self, schemas: Vec<ViewSchema>) -> Answer<'_, Vec<Generation>> {
        self.right.prepare(schemas.into_iter().map(|schema| self.fault.schema(schema)).collect())
    }

    fn claim(&self, claim: Claim) -> Answer<'_, Claimed> {
        self.fault.claim(&self.right, claim)
    }

    fn renew(&self, owner: Owner, lanes: Vec<(LaneId, u64)>, until: Timestamp) -> Answer<'_, Vec<LaneId>> {
        self.right.renew(owner, lanes, until)
    }

    fn release(&self, lanes: Vec<(LaneId, u64)>) -> Answer<'_, ()> {
        self.right.release(lanes)
    }

    fn commit(&self, commit: LaneCommit) -> Answer<'_, LaneOutcome> {
        self.fault.commit(&self.right, commit)
    }

    fn get(&self, view: &'static str, key: Vec<Value>) -> Answer<'_, Option<Vec<Value>>> {
        self.right.get(view, key)
    }

    fn scan(&self, view: &'static str, range: ScanRange) -> Answer<'_, Vec<Vec<Value>>> {
        self.fault.scan(&self.right, view, range)
    }
}
