//! The threads that read.
//!
//! They have their own queue instead of the runtime's blocking pool, because what is waited for here is on the way of
//! each command with an id.

use super::{
    error::{Failure, Result},
    job::panicked,
};
use crate::store::StoreError;
use rusqlite::Connection;
use std::{
    collections::VecDeque,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};
use tokio::sync::oneshot;

type Read = Box<dyn FnOnce(&Connection) + Send>;

/// Has reads done.
pub(super) struct Readers {
    queue: Arc<Queue>,
}

/// The threads, for whoever ends them.
#[derive(Default)]
pub(super) struct ReaderThreads {
    queue: Arc<Queue>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    more: Condvar,
}

#[derive(Default)]
struct Waiting {
    reads: VecDeque<Read>,
    closed: bool,
}

impl Queue {
    /// A read cannot panic while it holds this lock, so the mark of a panic means nothing.
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next read; none once the queue is closed and empty.
    fn next(&self) -> Option<Read> {
        let waiting = self.waiting();
        let mut waiting = self
            .more
            .wait_while(waiting, |waiting| waiting.reads.is_empty() && !waiting.closed)
            .unwrap_or_else(PoisonError::into_inner);
        waiting.reads.pop_front()
    }
}

impl Readers {
    /// A thread for each of `connections`.
    pub(super) fn start(connections: Vec<Connection>) -> io::Result<(Self, ReaderThreads)> {
        let queue = Arc::new(Queue::default());
        let mut threads = ReaderThreads { queue: Arc::clone(&queue), threads: Vec::new() };
        for connection in connections {
            let queue = Arc::clone(&queue);
            let read = move || {
                while let Some(read) = queue.next() {
                    read(&connection);
                }
            };
            let thread = thread::Builder::new().name("jangle-sqlite-reader".to_owned()).spawn(read);
            match thread {
                Ok(thread) => threads.threads.push(thread),
                Err(error) => {
                    threads.join();
                    return Err(error);
                }
            }
        }
        Ok((Self { queue }, threads))
    }

    /// Has one of the threads do `work`.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let read = move |connection: &Connection| {
            if answer.is_closed() {
                return;
            }
            let done = catch_unwind(AssertUnwindSafe(|| work(connection))).unwrap_or_else(|_| Err(panicked()));
            let _ = answer.send(done.map_err(StoreError::from));
        };
        self.add(Box::new(read))?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    fn add(&self, read: Read) -> Result<(), StoreError> {
        let mut waiting = self.queue.waiting();
        if waiting.closed {
            return Err(StoreError::Closed);
        }
        waiting.reads.push_back(read);
        drop(waiting);
        self.queue.more.notify_one();
        Ok(())
    }
}

impl ReaderThreads {
    /// Lets the threads finish what waits, and ends them.
    pub(super) fn join(&mut self) {
        self.queue.waiting().closed = true;
        self.queue.more.notify_all();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
