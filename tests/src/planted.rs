//! Stores in memory with a fault in them.

use jangle::{
    CommandId, MemoryStore, Timestamp,
    store::{
        Append, AppendResult, BoxFuture, Claim, Claimed, DeadLetterFilter, Divided, Division, DueSagas, EventStore,
        Generation, LaneCommit, LaneId, LaneOutcome, LaneProgress, Owner, Remedy, SagaFilter, SagaId, SagaStore,
        SagaSummary, SaveSaga, ScanRange, Snapshot, SnapshotStore, StoreError, StoredDeadLetter, StoredEvent,
        StoredReceipt, StoredSaga, StreamId, ViewSchema, ViewStore,
    },
    view::Value,
};
use std::sync::Arc;

/// What a request of a store comes to.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// What is wrong with a store: what is not written anew is right.
pub trait Fault: Send + Sync + 'static {
    /// What is made of events that were read, in any way but at their positions.
    fn read(&self, events: Vec<StoredEvent>) -> Vec<StoredEvent> {
        events
    }

    fn append<'a>(&'a self, right: &'a MemoryStore, batch: Vec<Append>) -> Answer<'a, Vec<AppendResult>> {
        right.append(batch)
    }

    fn read_stream<'a>(
        &'a self,
        right: &'a MemoryStore,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Answer<'a, Vec<StoredEvent>> {
        Box::pin(async move { Ok(self.read(right.read_stream(stream, after, limit).await?)) })
    }

    fn read_all<'a>(&'a self, right: &'a MemoryStore, after: u64, limit: usize) -> Answer<'a, Vec<StoredEvent>> {
        Box::pin(async move { Ok(self.read(right.read_all(after, limit).await?)) })
    }

    fn read_at<'a>(&'a self, right: &'a MemoryStore, positions: Vec<u64>) -> Answer<'a, Vec<StoredEvent>> {
        right.read_at(positions)
    }

    fn head<'a>(&'a self, right: &'a MemoryStore) -> Answer<'a, u64> {
        right.head()
    }

    fn aggregate_types<'a>(&'a self, right: &'a MemoryStore) -> Answer<'a, Vec<Arc<str>>> {
        right.aggregate_types()
    }

    fn receipt<'a>(&'a self, right: &'a MemoryStore, id: CommandId) -> Answer<'a, Option<StoredReceipt>> {
        right.receipt(id)
    }

    fn save<'a>(&'a self, right: &'a MemoryStore, stream: StreamId, snapshot: Snapshot) -> Answer<'a, ()> {
        right.save(stream, snapshot)
    }

    fn load<'a>(&'a self, right: &'a MemoryStore, stream: StreamId) -> Answer<'a, Option<Snapshot>> {
        right.load(stream)
    }

    fn discard<'a>(&'a self, right: &'a MemoryStore, stream: StreamId) -> Answer<'a, ()> {
        right.discard(stream)
    }

    fn prepare<'a>(&'a self, right: &'a MemoryStore, schemas: Vec<ViewSchema>) -> Answer<'a, Vec<Generation>> {
        right.prepare(schemas)
    }

    fn claim<'a>(&'a self, right: &'a MemoryStore, claim: Claim) -> Answer<'a, Claimed> {
        right.claim(claim)
    }

    fn divide<'a>(&'a self, right: &'a MemoryStore, division: Division) -> Answer<'a, Divided> {
        right.divide(division)
    }

    fn progress<'a>(&'a self, right: &'a MemoryStore) -> Answer<'a, Vec<LaneProgress>> {
        right.progress()
    }

    fn renew<'a>(
        &'a self,
        right: &'a MemoryStore,
        owner: Owner,
        lanes: Vec<(LaneId, u64)>,
        until: Timestamp,
    ) -> Answer<'a, Vec<LaneId>> {
        right.renew(owner, lanes, until)
    }

    fn release<'a>(&'a self, right: &'a MemoryStore, lanes: Vec<(LaneId, u64)>) -> Answer<'a, ()> {
        right.release(lanes)
    }

    fn commit<'a>(&'a self, right: &'a MemoryStore, commit: LaneCommit) -> Answer<'a, LaneOutcome> {
        right.commit(commit)
    }

    fn get<'a>(
        &'a self,
        right: &'a MemoryStore,
        view: &'static str,
        key: Vec<Value>,
    ) -> Answer<'a, Option<Vec<Value>>> {
        right.get(view, key)
    }

    fn dead_letters<'a>(
        &'a self,
        right: &'a MemoryStore,
        filter: DeadLetterFilter,
    ) -> Answer<'a, Vec<StoredDeadLetter>> {
        right.dead_letters(filter)
    }

    fn remedy<'a>(
        &'a self,
        right: &'a MemoryStore,
        handler: Arc<str>,
        position: Option<u64>,
        remedy: Remedy,
    ) -> Answer<'a, u64> {
        right.remedy(handler, position, remedy)
    }

    fn scan<'a>(&'a self, right: &'a MemoryStore, view: &'static str, range: ScanRange) -> Answer<'a, Vec<Vec<Value>>> {
        right.scan(view, range)
    }

    fn receive<'a>(
        &'a self,
        right: &'a MemoryStore,
        events: Vec<(SagaId, StoredEvent)>,
        now: Timestamp,
    ) -> Answer<'a, ()> {
        right.receive(events, now)
    }

    fn due_sagas<'a>(
        &'a self,
        right: &'a MemoryStore,
        saga: Arc<str>,
        now: Timestamp,
        limit: usize,
    ) -> Answer<'a, DueSagas> {
        right.due_sagas(saga, now, limit)
    }

    fn load_saga<'a>(&'a self, right: &'a MemoryStore, id: SagaId) -> Answer<'a, Option<StoredSaga>> {
        right.load_saga(id)
    }

    fn save_saga<'a>(&'a self, right: &'a MemoryStore, save: SaveSaga) -> Answer<'a, bool> {
        right.save_saga(save)
    }

    fn list_sagas<'a>(&'a self, right: &'a MemoryStore, filter: SagaFilter) -> Answer<'a, Vec<SagaSummary>> {
        right.list_sagas(filter)
    }

    fn begin_rebuild<'a>(&'a self, right: &'a MemoryStore, saga: Arc<str>) -> Answer<'a, ()> {
        right.begin_rebuild(saga)
    }

    fn end_rebuild<'a>(&'a self, right: &'a MemoryStore, saga: Arc<str>) -> Answer<'a, ()> {
        right.end_rebuild(saga)
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
        self.fault.read_stream(&self.right, stream, after, limit)
    }

    fn read_all(&self, after: u64, limit: usize) -> Answer<'_, Vec<StoredEvent>> {
        self.fault.read_all(&self.right, after, limit)
    }

    fn read_at(&self, positions: Vec<u64>) -> Answer<'_, Vec<StoredEvent>> {
        self.fault.read_at(&self.right, positions)
    }

    fn head(&self) -> Answer<'_, u64> {
        self.fault.head(&self.right)
    }

    fn aggregate_types(&self) -> Answer<'_, Vec<Arc<str>>> {
        self.fault.aggregate_types(&self.right)
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
        self.fault.load(&self.right, stream)
    }

    fn discard(&self, stream: StreamId) -> Answer<'_, ()> {
        self.fault.discard(&self.right, stream)
    }
}

impl<F: Fault> SagaStore for Planted<F> {
    fn receive(&self, events: Vec<(SagaId, StoredEvent)>, now: Timestamp) -> Answer<'_, ()> {
        self.fault.receive(&self.right, events, now)
    }

    fn due_sagas(&self, saga: Arc<str>, now: Timestamp, limit: usize) -> Answer<'_, DueSagas> {
        self.fault.due_sagas(&self.right, saga, now, limit)
    }

    fn load_saga(&self, id: SagaId) -> Answer<'_, Option<StoredSaga>> {
        self.fault.load_saga(&self.right, id)
    }

    fn save_saga(&self, save: SaveSaga) -> Answer<'_, bool> {
        self.fault.save_saga(&self.right, save)
    }

    fn list_sagas(&self, filter: SagaFilter) -> Answer<'_, Vec<SagaSummary>> {
        self.fault.list_sagas(&self.right, filter)
    }

    fn begin_rebuild(&self, saga: Arc<str>) -> Answer<'_, ()> {
        self.fault.begin_rebuild(&self.right, saga)
    }

    fn end_rebuild(&self, saga: Arc<str>) -> Answer<'_, ()> {
        self.fault.end_rebuild(&self.right, saga)
    }
}

impl<F: Fault> ViewStore for Planted<F> {
    fn prepare(&self, schemas: Vec<ViewSchema>) -> Answer<'_, Vec<Generation>> {
        self.fault.prepare(&self.right, schemas)
    }

    fn claim(&self, claim: Claim) -> Answer<'_, Claimed> {
        self.fault.claim(&self.right, claim)
    }

    fn renew(&self, owner: Owner, lanes: Vec<(LaneId, u64)>, until: Timestamp) -> Answer<'_, Vec<LaneId>> {
        self.fault.renew(&self.right, owner, lanes, until)
    }

    fn divide(&self, division: Division) -> Answer<'_, Divided> {
        self.fault.divide(&self.right, division)
    }

    fn progress(&self) -> Answer<'_, Vec<LaneProgress>> {
        self.fault.progress(&self.right)
    }

    fn release(&self, lanes: Vec<(LaneId, u64)>) -> Answer<'_, ()> {
        self.fault.release(&self.right, lanes)
    }

    fn commit(&self, commit: LaneCommit) -> Answer<'_, LaneOutcome> {
        self.fault.commit(&self.right, commit)
    }

    fn dead_letters(&self, filter: DeadLetterFilter) -> Answer<'_, Vec<StoredDeadLetter>> {
        self.fault.dead_letters(&self.right, filter)
    }

    fn remedy(&self, handler: Arc<str>, position: Option<u64>, remedy: Remedy) -> Answer<'_, u64> {
        self.fault.remedy(&self.right, handler, position, remedy)
    }

    fn get(&self, view: &'static str, key: Vec<Value>) -> Answer<'_, Option<Vec<Value>>> {
        self.fault.get(&self.right, view, key)
    }

    fn scan(&self, view: &'static str, range: ScanRange) -> Answer<'_, Vec<Vec<Value>>> {
        self.fault.scan(&self.right, view, range)
    }
}
