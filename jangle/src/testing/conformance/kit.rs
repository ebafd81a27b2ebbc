//! What the checks are made of.

use super::violation::{Broken, Outcome, holds};
use crate::{
    CommandId, EventId, Metadata, Timestamp,
    store::{
        Answer, Append, AppendResult, Appended, Claim, Claimed, Exception, Generation, LaneCommit, LaneId, LaneOutcome,
        Move, NewEvent, NewOutcome, NewReceipt, Owner, PartitionRange, RowChange, Store, StoredEvent, StoredReceipt,
        StreamId,
    },
};
use tokio::{runtime::Handle, task::JoinSet};
use uuid::Uuid;

pub(super) const NOW: Timestamp = Timestamp::from_micros(838_555_200_000_000);

/// Some seconds after [`NOW`].
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(NOW.as_micros() + seconds * 1_000_000)
}

pub(super) fn stream(id: &str) -> StreamId {
    StreamId::new("account", id)
}

pub(super) fn event(stream: &StreamId) -> NewEvent {
    NewEvent {
        id: EventId::from_uuid(Uuid::now_v7()),
        stream: stream.clone(),
        must_be_new: false,
        name: "opened".into(),
        schema_version: 1,
        payload: "{}".to_owned(),
        metadata: Metadata::default(),
        occurred_at: None,
    }
}

pub(super) fn first_event(stream: &StreamId) -> NewEvent {
    NewEvent { must_be_new: true, ..event(stream) }
}

/// An append decided on `stream` at `version`.
pub(super) fn append(stream: &StreamId, version: u64, events: Vec<NewEvent>) -> Append {
    Append { expected: (stream.clone(), version), depends_on: vec![], events, receipt: None, recorded_at: NOW }
}

/// One event on `stream` at `version`.
pub(super) fn one(stream: &StreamId, version: u64) -> Append {
    append(stream, version, vec![event(stream)])
}

pub(super) fn after(depends_on: Vec<usize>, append: Append) -> Append {
    Append { depends_on, ..append }
}

pub(super) fn accepted(reply: &str) -> NewOutcome {
    Answer::Accepted { reply: Some(reply.to_owned()), stored: () }
}

pub(super) fn with_receipt(id: CommandId, outcome: NewOutcome, append: Append) -> Append {
    let stream = append.expected.0.clone();
    let receipt = NewReceipt { id, command: "open".into(), stream, hash: Uuid::from_u128(1), outcome };
    Append { receipt: Some(receipt), ..append }
}

/// Stores one append, which must succeed.
pub(super) async fn stored(store: &dyn Store, append: Append) -> Outcome<Appended> {
    let results = store.append(vec![append]).await?;
    match results.as_slice() {
        [AppendResult::Appended(appended)] => Ok(appended.clone()),
        _ => Err(Broken::new("an append that nothing contradicts", "one `Appended`", &results)),
    }
}

/// The receipt of `id`, which must be there.
pub(super) async fn kept(store: &dyn Store, id: CommandId) -> Outcome<StoredReceipt> {
    let receipt = store.receipt(id).await?;
    receipt.ok_or_else(|| Broken::new("the receipt of a stored append", "a receipt", &None::<StoredReceipt>))
}

/// All events, as a lane reads them: page by page.
pub(super) async fn all_events(store: &dyn Store) -> Outcome<Vec<StoredEvent>> {
    let mut all: Vec<StoredEvent> = Vec::new();
    loop {
        let page = store.read_all(all.last().map_or(0, |event| event.position), 100).await?;
        let Some(first) = page.first() else { return Ok(all) };
        let rises = all.last().is_none_or(|last| last.position < first.position);
        holds("the next page of all events", "higher positions", &first.position, rises)?;
        all.extend(page);
    }
}

pub(super) fn positions(events: &[StoredEvent]) -> Vec<u64> {
    events.iter().map(|event| event.position).collect()
}

pub(super) fn versions(events: &[StoredEvent]) -> Vec<u64> {
    events.iter().map(|event| event.version).collect()
}

/// Whether each number is higher than the one before.
pub(super) fn rise(numbers: &[u64]) -> bool {
    numbers.is_sorted_by(|a, b| a < b)
}

pub(super) fn owner() -> Owner {
    Owner(Uuid::now_v7())
}

pub(super) fn lane(handler: &str) -> LaneId {
    LaneId { generation: Generation::NONE, handler: handler.into(), partitions: PartitionRange::ALL }
}

/// A claim at [`NOW`] for ten seconds.
pub(super) fn claim(lane: &LaneId, owner: Owner) -> Claim {
    let (follows, knows) = ("opened".into(), ["opened".into()].into());
    Claim { lane: lane.clone(), follows, knows, owner, now: NOW, until: at(10), begin_at: 0 }
}

/// The epoch of a claim, which must succeed.
pub(super) async fn owned(store: &dyn Store, claim: Claim) -> Outcome<u64> {
    match store.claim(claim).await? {
        Claimed::Owned { epoch, .. } => Ok(epoch),
        other => Err(Broken::new("a claim of a lane that is free", "`Owned`", &other)),
    }
}

/// What is stored of a lane.
#[derive(Debug, PartialEq)]
pub(super) struct Found {
    pub(super) epoch: u64,
    pub(super) checkpoint: u64,
    pub(super) event: Option<EventId>,
    pub(super) exceptions: Vec<Exception>,
}

/// Takes the lane for a new owner after every lease is over, and answers what is stored.
pub(super) async fn found(store: &dyn Store, lane: &LaneId) -> Outcome<Found> {
    let late = Claim { now: at(1_000), until: at(1_000), ..claim(lane, owner()) };
    match store.claim(late).await? {
        Claimed::Owned { epoch, checkpoint, event, exceptions } => Ok(Found { epoch, checkpoint, event, exceptions }),
        other => Err(Broken::new("a claim after every lease is over", "`Owned`", &other)),
    }
}

pub(super) fn step(lane: &LaneId, epoch: u64, from: u64, to: u64) -> Move {
    Move { lane: lane.clone(), epoch, from, to, event: None, exceptions: vec![] }
}

/// Commits moves and rows; the other answer is a violation.
pub(super) async fn committed(
    store: &dyn Store,
    what: &str,
    moves: Vec<Move>,
    rows: Vec<(Generation, RowChange)>,
) -> Outcome {
    let outcome = store.commit(LaneCommit { moves, rows }).await?;
    holds(what, "`Committed`", &outcome, outcome == LaneOutcome::Committed)
}

/// The same where it must be refused.
pub(super) async fn refused(
    store: &dyn Store,
    what: &str,
    moves: Vec<Move>,
    rows: Vec<(Generation, RowChange)>,
) -> Outcome {
    let outcome = store.commit(LaneCommit { moves, rows }).await?;
    holds(what, "`Refused`", &outcome, outcome == LaneOutcome::Refused)
}

/// Requests that run beside each other, each on a thread of its own whatever the runtime.
pub(super) struct Threads<T>(JoinSet<T>);

impl<T: Send + 'static> Threads<T> {
    pub(super) fn new() -> Self {
        Self(JoinSet::new())
    }

    pub(super) fn start(&mut self, request: impl Future<Output = T> + Send + 'static) {
        let runtime = Handle::current();
        self.0.spawn_blocking(move || runtime.block_on(request));
    }

    /// What they came to, in the order in which they ended.
    pub(super) async fn ended(mut self) -> Outcome<Vec<T>> {
        let mut ended = Vec::new();
        while let Some(result) = self.0.join_next().await {
            ended.push(result?);
        }
        Ok(ended)
    }
}
