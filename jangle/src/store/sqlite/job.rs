//! What the writer does in a transaction.

use super::{
    error::{Failure, Result},
    owners::Owners,
    stats::Counters,
};
use crate::store::StoreError;
use rusqlite::Connection;
use tokio::sync::oneshot;

/// The transaction that a job runs in. It sees what earlier jobs of the same transaction wrote.
pub(super) struct Transaction<'a> {
    pub(super) connection: &'a Connection,
    pub(super) owners: &'a mut Owners,
    pub(super) counters: &'a Counters,
    /// The highest position, once it was asked for.
    pub(super) head: Option<u64>,
    /// Whether this job changed the schema, which SQLite does not count as a change.
    pub(super) changed_schema: bool,
}

/// The end of a job's work.
pub(super) enum Done<T> {
    /// What it wrote stays.
    Keep(T),
    /// What it wrote is taken back.
    Undo(T),
}

/// What became of a job's part of the transaction.
pub(super) enum Ran {
    Kept,
    Undone,
}

/// What a job's commit is called, and what has to be so when it is answered.
#[derive(Debug, Clone, Copy)]
pub(super) enum Point {
    /// The disk has it.
    OnDisk(&'static str),
    /// It follows from what is on the disk, and would be made again from that. The log is written in order, so
    /// whatever is on the disk later was committed on top of it.
    Derived(&'static str),
}

impl Point {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::OnDisk(name) | Self::Derived(name) => name,
        }
    }
}

/// Something to do in a transaction, and somebody who waits for it.
pub(super) trait Job: Send {
    /// Its commit; none where it writes nothing.
    fn point(&self) -> Option<Point>;

    /// Does it. A failure takes back what it wrote.
    fn run(&mut self, transaction: &mut Transaction<'_>) -> Result<Ran>;

    /// Answers, after the commit: with what the work yielded, or with why nothing of it is stored.
    fn answer(self: Box<Self>, failure: Option<StoreError>);
}

/// A job made of a function.
pub(super) struct Work<T, F> {
    point: Option<Point>,
    work: Option<F>,
    outcome: Option<T>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Work<T, F>
where
    T: Send + 'static,
    F: FnOnce(&mut Transaction<'_>) -> Result<Done<T>> + Send + 'static,
{
    /// The job, and where its answer comes.
    pub(super) fn boxed(point: Option<Point>, work: F) -> (Box<dyn Job>, oneshot::Receiver<Result<T, StoreError>>) {
        let (answer, receiver) = oneshot::channel();
        (Box::new(Self { point, work: Some(work), outcome: None, answer }), receiver)
    }
}

impl<T, F> Job for Work<T, F>
where
    T: Send + 'static,
    F: FnOnce(&mut Transaction<'_>) -> Result<Done<T>> + Send + 'static,
{
    fn point(&self) -> Option<Point> {
        self.point
    }

    fn run(&mut self, transaction: &mut Transaction<'_>) -> Result<Ran> {
        let Some(work) = self.work.take() else { return Ok(Ran::Undone) };
        let (outcome, ran) = match work(transaction)? {
            Done::Keep(outcome) => (outcome, Ran::Kept),
            Done::Undo(outcome) => (outcome, Ran::Undone),
        };
        self.outcome = Some(outcome);
        Ok(ran)
    }

    fn answer(self: Box<Self>, failure: Option<StoreError>) {
        let outcome = match (failure, self.outcome) {
            (Some(error), _) => Err(error),
            (None, Some(outcome)) => Ok(outcome),
            (None, None) => Err(StoreError::failed("the request was not carried out")),
        };
        // Nobody may be waiting any more; what was done is done.
        let _ = self.answer.send(outcome);
    }
}

/// What a panic within a job becomes: its own failure, and nobody else's.
pub(super) fn panicked() -> Failure {
    StoreError::failed("the request panicked, and nothing of it was stored; the log says where").into()
}
