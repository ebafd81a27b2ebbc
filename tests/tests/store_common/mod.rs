//! What the tests of stores are made of.
#![allow(dead_code, reason = "each test binary uses its own part")]

use jangle::{
    CommandId, EventId, Metadata, Timestamp,
    store::{
        Answer, Append, AppendResult, Appended, Claim, Claimed, Generation, LaneId, NewEvent, NewOutcome, NewReceipt,
        Owner, PartitionRange, Store, StreamId,
    },
};
use std::error::Error;
use uuid::Uuid;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

pub(crate) const NOW: Timestamp = Timestamp::from_micros(838_555_200_000_000);

/// Some seconds after [`NOW`].
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(NOW.as_micros() + seconds * 1_000_000)
}

pub(crate) fn stream(id: &str) -> StreamId {
    StreamId::new("account", id)
}

pub(crate) fn event(stream: &StreamId, payload: &str) -> NewEvent {
    NewEvent {
        id: EventId::from_uuid(Uuid::now_v7()),
        stream: stream.clone(),
        must_be_new: false,
        name: "opened".into(),
        schema_version: 1,
        payload: payload.to_owned(),
        metadata: Metadata::default(),
        occurred_at: None,
    }
}

/// An append decided on `stream` at `version`.
pub(crate) fn append(stream: &StreamId, version: u64, events: Vec<NewEvent>) -> Append {
    Append { expected: (stream.clone(), version), depends_on: vec![], events, receipt: None, recorded_at: NOW }
}

/// One event on `stream` at `version`.
pub(crate) fn one(stream: &StreamId, version: u64) -> Append {
    append(stream, version, vec![event(stream, "{}")])
}

pub(crate) fn receipt(id: CommandId, stream: &StreamId, outcome: NewOutcome) -> NewReceipt {
    NewReceipt { id, command: "open".into(), stream: stream.clone(), hash: Uuid::nil(), outcome }
}

pub(crate) fn accepted(reply: &str) -> NewOutcome {
    Answer::Accepted { reply: Some(reply.to_owned()), stored: () }
}

pub(crate) fn with_receipt(id: CommandId, outcome: NewOutcome, append: Append) -> Append {
    let receipt = Some(receipt(id, &append.expected.0, outcome));
    Append { receipt, ..append }
}

/// Stores one append, which must succeed.
pub(crate) async fn stored(store: &dyn Store, append: Append) -> Outcome<Appended> {
    match store.append(vec![append]).await?.pop() {
        Some(AppendResult::Appended(appended)) => Ok(appended),
        other => Err(format!("it was not stored: {other:?}").into()),
    }
}

pub(crate) fn owner() -> Owner {
    Owner(Uuid::now_v7())
}

pub(crate) fn lane(handler: &str) -> LaneId {
    LaneId { generation: Generation::NONE, handler: handler.into(), partitions: PartitionRange::ALL }
}

/// A claim at [`NOW`] for ten seconds.
pub(crate) fn claim(lane: &LaneId, owner: Owner) -> Claim {
    let (follows, knows) = ("opened".into(), ["opened".into()].into());
    Claim { lane: lane.clone(), follows, knows, owner, now: NOW, until: at(10), begin_at: 0 }
}

/// The epoch of a claim, which must succeed.
pub(crate) async fn owned(store: &dyn Store, claim: Claim) -> Outcome<u64> {
    match store.claim(claim).await? {
        Claimed::Owned { epoch, .. } => Ok(epoch),
        other => Err(format!("the lane is not free: {other:?}").into()),
    }
}
