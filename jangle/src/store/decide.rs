//! How a batch of appends is decided: the same for every store, within the store's own transaction.

use super::{Answer, Append, AppendResult, Appended, NewEvent, NewReceipt, Stored, StoredReceipt, StreamId};
use crate::{Timestamp, command::CommandId};
use std::collections::HashMap;

/// A transaction on a store's events and receipts. It sees what it has itself inserted.
pub(super) trait Ledger {
    /// Why it failed. The whole batch is then undone.
    type Error;

    /// The version of `stream`; 0 where it has no events.
    fn version_of(&mut self, stream: &StreamId) -> Result<u64, Self::Error>;

    /// The highest position.
    fn head(&mut self) -> Result<u64, Self::Error>;

    /// What is kept under this command id.
    fn receipt(&mut self, id: CommandId) -> Result<Option<StoredReceipt>, Self::Error>;

    /// Inserts an event behind all others, and answers its position.
    fn insert_event(&mut self, event: NewEvent, version: u64, recorded_at: Timestamp) -> Result<u64, Self::Error>;

    /// Inserts what is kept under a command id that has nothing yet.
    fn insert_receipt(
        &mut self,
        id: CommandId,
        receipt: StoredReceipt,
        recorded_at: Timestamp,
    ) -> Result<(), Self::Error>;
}

/// Decides `batch` in its order: see [`EventStore::append`](super::EventStore::append).
pub(super) fn decide_batch<L: Ledger>(ledger: &mut L, batch: Vec<Append>) -> Result<Vec<AppendResult>, L::Error> {
    let mut results = Vec::with_capacity(batch.len());
    for append in batch {
        // The id comes before all else: a repeat is decided on streams that its first run has moved, and what it was
        // decided on may itself be a repeat.
        let result = match known(ledger, &append)? {
            Some(stored) => AppendResult::Repeated(stored),
            None if stands(&append, &results) => decide(ledger, append)?,
            None => AppendResult::Undone,
        };
        results.push(result);
    }
    Ok(results)
}

/// What is kept under the append's command id already.
fn known<L: Ledger>(ledger: &mut L, append: &Append) -> Result<Option<StoredReceipt>, L::Error> {
    append.receipt.as_ref().map_or(Ok(None), |receipt| ledger.receipt(receipt.id))
}

/// Whether everything that `append` was decided on is stored.
fn stands(append: &Append, earlier: &[AppendResult]) -> bool {
    append.depends_on.iter().all(|&index| matches!(earlier.get(index), Some(AppendResult::Appended(_))))
}

fn decide<L: Ledger>(ledger: &mut L, append: Append) -> Result<AppendResult, L::Error> {
    let (stream, expected) = append.expected;
    let actual = ledger.version_of(&stream)?;
    if actual != expected {
        return Ok(AppendResult::Conflict { actual });
    }
    let mut versions = HashMap::from([(stream.clone(), actual)]);
    let placed = match place(ledger, append.events, &mut versions)? {
        Ok(placed) => placed,
        Err(stream) => return Ok(AppendResult::Exists { stream }),
    };
    let events = insert(ledger, placed, append.recorded_at)?;
    let appended =
        Appended { version: versions.get(&stream).copied().unwrap_or(actual), position: ledger.head()?, events };
    if let Some(receipt) = append.receipt {
        let (id, receipt) = answered(receipt, &appended);
        ledger.insert_receipt(id, receipt, append.recorded_at)?;
    }
    Ok(AppendResult::Appended(appended))
}

/// Events, each with the version that it gets.
type Placed = Vec<(NewEvent, u64)>;

/// The version of each event, or the stream that should have been empty. Nothing is inserted yet, so that an append
/// that fails here has nothing to take back.
fn place<L: Ledger>(
    ledger: &mut L,
    events: Vec<NewEvent>,
    versions: &mut HashMap<StreamId, u64>,
) -> Result<Result<Placed, StreamId>, L::Error> {
    let mut placed = Vec::with_capacity(events.len());
    for event in events {
        let before = match versions.get(&event.stream) {
            Some(version) => *version,
            None => ledger.version_of(&event.stream)?,
        };
        if event.must_be_new && before > 0 {
            return Ok(Err(event.stream));
        }
        versions.insert(event.stream.clone(), before + 1);
        placed.push((event, before + 1));
    }
    Ok(Ok(placed))
}

/// The version and the position of each event.
fn insert<L: Ledger>(ledger: &mut L, events: Placed, recorded_at: Timestamp) -> Result<Vec<(u64, u64)>, L::Error> {
    events
        .into_iter()
        .map(|(event, version)| Ok((version, ledger.insert_event(event, version, recorded_at)?)))
        .collect()
}

fn answered(receipt: NewReceipt, appended: &Appended) -> (CommandId, StoredReceipt) {
    let outcome = match receipt.outcome {
        Answer::Refused { text, event } => Answer::Refused { text, event },
        Answer::Accepted { reply, stored: () } => Answer::Accepted {
            reply,
            stored: Stored {
                version: appended.version,
                position: appended.position,
                events: appended.events.iter().map(|(_, position)| *position).collect(),
            },
        },
    };
    let stored = StoredReceipt { command: receipt.command, stream: receipt.stream, hash: receipt.hash, outcome };
    (receipt.id, stored)
}
