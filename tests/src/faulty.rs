//! An event store that holds, loses or doubts appends on demand.

use crate::{
    accounts,
    wrapped::{Appends, Wrapped},
};
use jangle::{
    CommandId, EventId, Jangle, JangleBuilder,
    store::{Append, AppendResult, BoxFuture, EventStore, Store, StoreError},
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::{Semaphore, watch};

/// What happens to a batch.
#[derive(Debug, Clone)]
pub enum Fault {
    /// None: the batch is stored.
    Passes,
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

/// An application of the accounts whose appends can be made to fail, and which soon gives up.
pub async fn start_faulty<S: Store + Clone>(store: S) -> (Jangle, Faulty<S>) {
    start_faulty_with(store, |builder| builder).await
}

/// The same with further settings.
pub async fn start_faulty_with<S: Store + Clone>(
    store: S,
    settings: fn(JangleBuilder) -> JangleBuilder,
) -> (Jangle, Faulty<S>) {
    let faulty = Faulty::new(store.clone());
    let builder = Jangle::builder().store(store).event_store(Wrapped(faulty.clone())).only(accounts::PATH);
    let app = settings(builder.command_timeout(Duration::from_millis(400))).start().await.unwrap();
    (app, faulty)
}

/// The same events, from somebody else.
fn of_another(mut append: Append) -> Append {
    append.receipt = None;
    for event in &mut append.events {
        event.id = EventId::from_uuid(CommandId::new().as_uuid());
    }
    append
}

impl<S: EventStore> Appends for Faulty<S> {
    type Inner = S;

    fn inner(&self) -> &S {
        &self.inner
    }

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
                None | Some(Fault::Passes) => self.inner.append(batch).await,
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
}
