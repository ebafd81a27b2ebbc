//! The progress of handlers: checkpoints with exceptions, under leases with epochs.

use super::{Generation, PartitionRange, RowChange};
use crate::{Timestamp, event::EventId};
use std::sync::Arc;
use uuid::Uuid;

/// A handler's way through the events of a range of partitions, into one generation of a view.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LaneId {
    /// The generation of the view that it fills; [`Generation::NONE`] for a reaction.
    pub generation: Generation,
    /// The handler's id.
    pub handler: Arc<str>,
    /// Its share of the events.
    pub partitions: PartitionRange,
}

/// A process that handles events: one start of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner(pub Uuid);

/// A wish to own a lane.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Which.
    pub lane: LaneId,
    /// For whom.
    pub owner: Owner,
    /// The time now.
    pub now: Timestamp,
    /// Until when, unless it is renewed.
    pub until: Timestamp,
    /// Where a lane begins that nobody has owned: the position up to which it has nothing to do.
    pub begin_at: u64,
}

/// The answer to a claim.
#[derive(Debug, Clone, PartialEq)]
pub enum Claimed {
    /// The lane is the claimant's.
    Owned {
        /// What every write must carry. An earlier owner's epoch is refused.
        epoch: u64,
        /// Everything up to here is done, but for the exceptions.
        checkpoint: u64,
        /// The event at the checkpoint.
        event: Option<EventId>,
        /// What is not done below the checkpoint, by position.
        exceptions: Vec<Exception>,
    },
    /// Another owner's lease is valid.
    Taken {
        /// Until when.
        until: Timestamp,
    },
}

/// An event below a lane's checkpoint that is not done.
#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    /// The event's position.
    pub position: u64,
    /// How often it was tried.
    pub attempts: u32,
    /// What it waits for.
    pub state: ExceptionState,
    /// What the last attempt said.
    pub error: String,
}

/// What an event below a checkpoint waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExceptionState {
    /// To be tried again at this time.
    Retry(Timestamp),
    /// For an earlier event of its aggregate.
    Behind,
    /// For a person: it is set aside.
    Dead,
}

/// A change of one exception.
#[derive(Debug, Clone, PartialEq)]
pub enum ExceptionChange {
    /// Inserts it, or replaces the one at its position.
    Put(Exception),
    /// Removes the one at this position. Where there is none the commit is refused, because somebody else did it.
    Remove(u64),
}

/// How one lane moves.
#[derive(Debug, Clone)]
pub struct Move {
    /// Which.
    pub lane: LaneId,
    /// The owner's epoch.
    pub epoch: u64,
    /// The checkpoint that it has.
    pub from: u64,
    /// The checkpoint that it gets.
    pub to: u64,
    /// The event at the new checkpoint; none leaves the stored one.
    pub event: Option<EventId>,
    /// Changes of exceptions.
    pub exceptions: Vec<ExceptionChange>,
}

/// Rows and progress that belong together.
#[derive(Debug, Clone, Default)]
pub struct LaneCommit {
    /// The lanes that move.
    pub moves: Vec<Move>,
    /// The rows, each with the generation that it belongs to.
    pub rows: Vec<(Generation, RowChange)>,
}

/// What became of a [`LaneCommit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaneOutcome {
    /// It is stored.
    Committed,
    /// A lane has another epoch, checkpoint or exception: another process owns it now. Nothing is stored.
    Refused,
}
