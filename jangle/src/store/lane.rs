//! The progress of handlers: checkpoints with exceptions, under leases with epochs.

use super::{Generation, PartitionRange, RowChange};
use crate::{Timestamp, event::EventId};
use std::sync::Arc;
use uuid::Uuid;

/// A handler's way through the events of a range of partitions, into one generation of a view.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let generation = store.prepare(vec![BALANCES]).await?[0];
/// let lane = LaneId { generation, handler: "count_deposits".into(), partitions: PartitionRange::ALL };
/// let now = Timestamp::from_micros(838_555_200_000_000);
/// let until = now.after(Duration::from_secs(5));
/// let (follows, knows) = ("bank.deposited".into(), ["bank.deposited".into()].into());
/// let claim = Claim { lane, follows, knows, owner: Owner(Uuid::now_v7()), now, until, begin_at: 0 };
/// assert!(matches!(store.claim(claim).await?, Claimed::Owned { epoch: 1, .. }));
/// # Ok(())
/// # }
/// ```
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
///
/// ```
/// use jangle::store::Owner;
/// use uuid::Uuid;
/// let owner = Owner(Uuid::now_v7());
/// # let _ = owner;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner(pub Uuid);

/// A wish to own a lane.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let generation = store.prepare(vec![BALANCES]).await?[0];
/// let first = claim(lane(generation));
/// assert!(matches!(store.claim(first).await?, Claimed::Owned { epoch: 1, checkpoint: 0, .. }));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Claim {
    /// Which.
    pub lane: LaneId,
    /// The name of the events that its handler takes; of a saga's, all names, one a line.
    pub follows: Arc<str>,
    /// The names of all events that the claimant knows: it gets no lane that a newer program led past others.
    pub knows: Arc<[Arc<str>]>,
    /// For whom.
    pub owner: Owner,
    /// The time now.
    pub now: Timestamp,
    /// Until when, unless it is renewed.
    pub until: Timestamp,
    /// Where a lane begins that nobody has owned: the position up to which it has nothing to do.
    pub begin_at: u64,
}

impl Claim {
    /// Whether the claimant knows all events that `follows` names.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// # let generation = store.prepare(vec![BALANCES]).await?[0];
    /// let claim = claim(lane(generation));
    /// assert!(claim.knows_all("bank.deposited") && !claim.knows_all("bank.deposited\nbank.withdrawn"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn knows_all(&self, follows: &str) -> bool {
        follows.split('\n').all(|name| self.knows.iter().any(|known| **known == *name))
    }
}

/// The answer to a claim.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let generation = store.prepare(vec![BALANCES]).await?[0];
/// let (first, second) = (claim(lane(generation)), claim(lane(generation)));
/// let until = first.until;
/// store.claim(first).await?;
/// assert_eq!(store.claim(second).await?, Claimed::Taken { until });
/// # Ok(())
/// # }
/// ```
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
    /// There is no such lane, but others of the handler have its partitions: see [`ViewStore::divide`].
    ///
    /// [`ViewStore::divide`]: super::ViewStore::divide
    Divided,
    /// A newer program led the handler, to events that the claimant does not know.
    Newer {
        /// The name of the events.
        follows: Arc<str>,
    },
}

/// How far a lane is, whoever owns it.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let generation = store.prepare(vec![BALANCES]).await?[0];
/// store.claim(claim(lane(generation))).await?;
/// let progress = store.progress().await?;
/// assert_eq!((&progress[0].lane, progress[0].checkpoint), (&lane(generation), 0));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LaneProgress {
    /// Which.
    pub lane: LaneId,
    /// The owner, unless the lease was given back.
    pub owner: Option<Owner>,
    /// Everything up to here is done, but for the exceptions.
    pub checkpoint: u64,
    /// The lowest position that is to be tried again.
    pub waiting: Option<u64>,
    /// The lowest position that was set aside, and why.
    pub dead: Option<(u64, String)>,
}

/// An event below a lane's checkpoint that is not done.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let generation = store.prepare(vec![BALANCES]).await?[0];
/// # store.claim(claim(lane(generation))).await?;
/// let exception = Exception {
///     position: 1,
///     partition: 4,
///     attempts: 5,
///     state: ExceptionState::Dead,
///     failing_since: None,
///     error: "the mail server is gone".to_owned(),
/// };
/// let moved = Move {
///     lane: lane(generation),
///     epoch: 1,
///     from: 0,
///     to: 1,
///     event: None,
///     exceptions: vec![ExceptionChange::Put(exception)],
/// };
/// let commit = LaneCommit { moves: vec![moved], rows: Vec::new() };
/// assert_eq!(store.commit(commit).await?, LaneOutcome::Committed);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    /// The event's position.
    pub position: u64,
    /// The event's partition: the exception goes with it where lanes are divided otherwise.
    pub partition: u8,
    /// How often it was tried.
    pub attempts: u32,
    /// What it waits for.
    pub state: ExceptionState,
    /// When it failed first; none where it was not tried.
    pub failing_since: Option<Timestamp>,
    /// What the last attempt said.
    pub error: String,
}

/// What an event below a checkpoint waits for.
///
/// ```
/// use jangle::{Timestamp, store::ExceptionState};
/// use std::time::Duration;
/// let now = Timestamp::from_micros(838_555_200_000_000);
/// let state = ExceptionState::Retry(now.after(Duration::from_millis(200)));
/// # let _ = state;
/// ```
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
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let generation = store.prepare(vec![BALANCES]).await?[0];
/// # store.claim(claim(lane(generation))).await?;
/// # let exception = Exception {
/// #     position: 1,
/// #     partition: 4,
/// #     attempts: 5,
/// #     state: ExceptionState::Dead,
/// #     failing_since: None,
/// #     error: "the mail server is gone".to_owned(),
/// # };
/// let moved = Move {
///     lane: lane(generation),
///     epoch: 1,
///     from: 0,
///     to: 1,
///     event: None,
///     exceptions: vec![ExceptionChange::Put(exception)],
/// };
/// let commit = LaneCommit { moves: vec![moved], rows: Vec::new() };
/// assert_eq!(store.commit(commit).await?, LaneOutcome::Committed);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum ExceptionChange {
    /// Inserts it, or replaces the one at its position.
    Put(Exception),
    /// Removes the one at this position. Where there is none the commit is refused, because somebody else did it.
    Remove(u64),
}

/// How one lane moves.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let generation = store.prepare(vec![BALANCES]).await?[0];
/// # store.claim(claim(lane(generation))).await?;
/// # let exception = Exception {
/// #     position: 1,
/// #     partition: 4,
/// #     attempts: 5,
/// #     state: ExceptionState::Dead,
/// #     failing_since: None,
/// #     error: "the mail server is gone".to_owned(),
/// # };
/// let moved = Move {
///     lane: lane(generation),
///     epoch: 1,
///     from: 0,
///     to: 1,
///     event: None,
///     exceptions: vec![ExceptionChange::Put(exception)],
/// };
/// let commit = LaneCommit { moves: vec![moved], rows: Vec::new() };
/// assert_eq!(store.commit(commit).await?, LaneOutcome::Committed);
/// # Ok(())
/// # }
/// ```
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
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let generation = store.prepare(vec![BALANCES]).await?[0];
/// # store.claim(claim(lane(generation))).await?;
/// # let row = RowChange {
/// #     view: "balances",
/// #     key: vec![Value::Text("25".to_owned())],
/// #     columns: vec![Some(vec![Value::Integer(100), Value::Integer(0)])],
/// # };
/// let moved = Move { lane: lane(generation), epoch: 1, from: 0, to: 1, event: None, exceptions: Vec::new() };
/// let commit = LaneCommit { moves: vec![moved], rows: vec![(generation, row)] };
/// assert_eq!(store.commit(commit).await?, LaneOutcome::Committed);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct LaneCommit {
    /// The lanes that move.
    pub moves: Vec<Move>,
    /// The rows, each with the generation that it belongs to.
    pub rows: Vec<(Generation, RowChange)>,
}

/// What became of a [`LaneCommit`].
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let generation = store.prepare(vec![BALANCES]).await?[0];
/// # store.claim(claim(lane(generation))).await?;
/// // Another epoch than the owner's.
/// let moved = Move { lane: lane(generation), epoch: 7, from: 0, to: 1, event: None, exceptions: Vec::new() };
/// let commit = LaneCommit { moves: vec![moved], rows: Vec::new() };
/// assert_eq!(store.commit(commit).await?, LaneOutcome::Refused);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaneOutcome {
    /// It is stored.
    Committed,
    /// A lane has another epoch, checkpoint or exception: another process owns it now. Nothing is stored.
    Refused,
}
