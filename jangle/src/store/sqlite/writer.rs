//! The thread that writes.

use super::{
    commit::{commit, rollback},
    error::{Failure, Result},
    job::{Job, Point, Ran, Transaction, panicked},
    open::Origin,
    opened::Opened,
    owners::Owners,
    readers::ReaderThreads,
    stats::{Counters, count},
};
use crate::store::StoreError;
use rusqlite::Connection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};
use tokio::sync::{mpsc, oneshot};

/// How many requests may wait; further ones wait to be let in.
pub(super) const WAITING: usize = 1024;

/// How many requests share a transaction at most.
const GROUP: usize = 256;

/// What the writer is asked for.
pub(super) enum Request {
    Do(Box<dyn Job>),
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// Owns the only connection that writes.
pub(super) struct Writer {
    pub(super) origin: Origin,
    /// None after an error of the disk, until it is opened again.
    pub(super) connection: Option<Connection>,
    /// Whether a commit of the connection waits for the disk, as far as the options say so.
    pub(super) waits_for_disk: bool,
    pub(super) owners: Owners,
    pub(super) counters: Arc<Counters>,
    pub(super) readers: ReaderThreads,
    /// Dropped last, when the connections are closed.
    pub(super) _opened: Option<Opened>,
}

/// A job of a transaction, and why nothing of it is stored, if so.
struct Ended {
    job: Box<dyn Job>,
    failure: Option<StoreError>,
}

impl Writer {
    /// Serves `requests` until it is asked to close, or nobody is left who could ask.
    pub(super) fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut closing = None;
        while closing.is_none() {
            let Some(first) = requests.blocking_recv() else { break };
            let mut group = Vec::new();
            let mut next = Some(first);
            while let Some(request) = next.take() {
                match request {
                    Request::Do(job) => group.push(job),
                    Request::Close(answer) => closing = Some(answer),
                }
                if closing.is_none() && group.len() < GROUP {
                    next = requests.try_recv().ok();
                }
            }
            if !group.is_empty() {
                self.transact(group);
            }
        }
        // Whoever asked too late finds the answer's other end gone, and takes the store for closed.
        drop(requests);
        let closed = self.close();
        if let Some(answer) = closing {
            let _ = answer.send(closed);
        }
    }

    /// Runs `jobs` in one transaction, then answers them.
    fn transact(&mut self, jobs: Vec<Box<dyn Job>>) {
        count(&self.counters.groups, 1);
        let mut ended: Vec<_> = jobs.into_iter().map(|job| Ended { job, failure: None }).collect();
        if let Err(failure) = self.attempt(&mut ended) {
            let lost = failure.is_io() || matches!(failure, Failure::Store(StoreError::Unknown { .. }));
            let error = StoreError::from(failure);
            for end in &mut ended {
                end.failure.get_or_insert_with(|| error.clone());
            }
            if lost {
                self.abandon();
            }
        }
        for end in ended {
            end.job.answer(end.failure);
        }
    }

    fn attempt(&mut self, ended: &mut [Ended]) -> Result<()> {
        let points: Vec<_> = ended.iter().filter_map(|end| end.job.point()).collect();
        if self.connection.is_none() {
            self.connection = Some(self.origin.connect()?);
            self.waits_for_disk = true;
            count(&self.counters.reconnects, 1);
        }
        let Some(connection) = &self.connection else { return Err(StoreError::Closed.into()) };
        let mut transaction = Transaction {
            connection,
            owners: &mut self.owners,
            counters: &self.counters,
            head: None,
            changed_schema: false,
        };
        let Some(point) = points.first() else { return confirm_all(&mut transaction, ended) };
        let waits_for_disk = points.iter().any(|point| matches!(point, Point::OnDisk(_)));
        if waits_for_disk != self.waits_for_disk {
            self.origin.wait_for_disk(connection, waits_for_disk)?;
            self.waits_for_disk = waits_for_disk;
        }
        execute(connection, "BEGIN IMMEDIATE")?;
        let wrote = write_all(&mut transaction, ended).inspect_err(|_| rollback(connection))?;
        if !wrote {
            rollback(connection);
            return Ok(());
        }
        commit(connection, point.name())?;
        count(if waits_for_disk { &self.counters.commits } else { &self.counters.derived }, 1);
        Ok(())
    }

    /// Gives up a connection after an error of the disk: what it believes may be on the disk may not be there.
    fn abandon(&mut self) {
        drop(self.connection.take());
    }

    fn close(mut self) -> Result<(), StoreError> {
        self.readers.join();
        self.owners.forget_all();
        let Some(connection) = self.connection.take() else { return Ok(()) };
        // Everything is durable already; this only saves the next start from reading the log.
        let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        connection.close().map_err(|(_, error)| Failure::Driver(error).into())
    }
}

/// Jobs that write nothing, all on the same state of the store.
fn confirm_all(transaction: &mut Transaction<'_>, ended: &mut [Ended]) -> Result<()> {
    execute(transaction.connection, "BEGIN DEFERRED")?;
    for end in ended {
        end.failure = run(&mut *end.job, transaction).err().map(StoreError::from);
    }
    rollback(transaction.connection);
    Ok(())
}

/// Each job within a savepoint of its own. Whether anything stays that was written; an error ends the transaction.
fn write_all(transaction: &mut Transaction<'_>, ended: &mut [Ended]) -> Result<bool> {
    let connection = transaction.connection;
    let mut wrote = false;
    for end in ended {
        let before = connection.total_changes();
        transaction.changed_schema = false;
        execute(connection, "SAVEPOINT job")?;
        let ran = run(&mut *end.job, transaction);
        // A full disk or a failing one can end the whole transaction, and with it what the other jobs wrote.
        if connection.is_autocommit() {
            return Err(ran.err().unwrap_or_else(|| StoreError::failed("the transaction ended by itself").into()));
        }
        match ran {
            Ok(Ran::Kept) => wrote |= transaction.changed_schema || connection.total_changes() != before,
            Ok(Ran::Undone) => undo(transaction)?,
            Err(failure) if failure.is_io() => return Err(failure),
            Err(failure) => {
                end.failure = Some(failure.into());
                undo(transaction)?;
            }
        }
        execute(connection, "RELEASE job")?;
    }
    Ok(wrote)
}

fn undo(transaction: &mut Transaction<'_>) -> Result<()> {
    transaction.head = None;
    execute(transaction.connection, "ROLLBACK TO job")
}

fn run(job: &mut dyn Job, transaction: &mut Transaction<'_>) -> Result<Ran> {
    // A foreign merge law may panic. Its job is rolled back, so nothing half done is ever seen.
    catch_unwind(AssertUnwindSafe(|| job.run(transaction))).unwrap_or_else(|_| Err(panicked()))
}

fn execute(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}
