//! An event store that holds, loses or doubts appends on demand.

use jangle::store::{Append, AppendResult, BoxFuture, EventStore, StoreError, StoredEvent, StoredReceipt, StreamId};
use jangle::{CommandId, EventId};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};
use tokio::sync::{Semaphore, watch};

/// What happens to a batch.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Nothing is stored.
    Fails(StoreError),
    /// It is stored, but nobody is told.
    StoredButUnknown,
    /// It is not stored, and nobody is told.
    LostAndUnknown,
    /// Nothing is stored, and the store panics.
    Panics,
    /// Another process appends the same events a moment earlier.
    Outrun,
}

/// Wraps a store; clones share everything.
#[derive(Clone)]
pub struct Faulty<S> {
    inner: S,
    control: Arc<Control>,
}

pub struct Control {
    faults: Mutex<VecDeque<Fault>>,
    /// One permit a batch that may pass while held.
    gate: Semaphore,
    held: Mutex<bool>,
    /// How many batches have come.
    arrived: watch::Sender<usize>,
}

impl<S> Faulty<S> {
    pub fn new(inner: S) -> Self {
        let control = Control {
            faults: Mutex::default(),
            gate: Semaphore::new(0),
            held: Mutex::new(false),
            arrived: watch::Sender::new(0),
        };
        Self { inner, control: Arc::new(control) }
    }

    /// The next batches meet these faults.
    pub fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        self.control.faults.lock().unwrap().extend(faults);
    }

    /// Batches wait until they are let through.
    pub fn hold(&self) {
        *self.control.held.lock().unwrap() = true;
    }

    /// Lets everything through.
    pub fn let_go(&self) {
        *self.control.held.lock().unwrap() = false;
        self.control.gate.add_permits(1000);
    }

    pub fn arrived(&self) -> usize {
        *self.control.arrived.borrow()
    }

    /// Waits until so many batches have come.
    pub async fn until_arrived(&self, batches: usize) {
        self.control.arrived.subscribe().wait_for(|arrived| *arrived >= batches).await.unwrap();
    }
}

/// The same events, from somebody else.
fn of_another(mut append: Append) -> Append {
    append.receipt = None;
    for event in &mut append.events {
        event.id = EventId::from_uuid(CommandId::new().as_uuid());
    }
    append
}

impl<S: EventStore> EventStore for Faulty<S> {
    fn append(&self, batch: Vec<Append>) -> BoxFuture<'_, Result<Vec<AppendResult>, StoreError>> {
        Box::pin(async move {
            self.control.arrived.send_modify(|arrived| *arrived += 1);
            let held = *self.control.held.lock().unwrap();
            if held {
                self.control.gate.acquire().await.unwrap().forget();
            }
            let fault = self.control.faults.lock().unwrap().pop_front();
            let unknown = || StoreError::Unknown { reason: "the answer was lost".into() };
            match fault {
                None => self.inner.append(batch).await,
                Some(Fault::Fails(error)) => Err(error),
                Some(Fault::LostAndUnknown) => Err(unknown()),
                Some(Fault::StoredButUnknown) => {
                    self.inner.append(batch).await?;
                    Err(unknown())
                }
                Some(Fault::Panics) => panic!("the store panics"),
                Some(Fault::Outrun) => {
                    self.inner.append(batch.iter().cloned().map(of_another).collect()).await?;
                    self.inner.append(batch).await
                }
            }
        })
    }

    fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        self.inner.read_stream(stream, after, limit)
    }

    fn read_all(&self, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        self.inner.read_all(after, limit)
    }

    fn read_at(&self, positions: Vec<u64>) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        self.inner.read_at(positions)
    }

    fn head(&self) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.inner.head()
    }

    fn receipt(&self, id: CommandId) -> BoxFuture<'_, Result<Option<StoredReceipt>, StoreError>> {
        self.inner.receipt(id)
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.close()
    }
}
