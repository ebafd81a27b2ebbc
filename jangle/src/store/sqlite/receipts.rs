//! What is kept under command ids.

use super::{
    error::{Failure, Result},
    value::{id, name, number, optional_text, stored, text},
};
use crate::{
    Timestamp,
    command::CommandId,
    store::{Answer, StoreError, Stored, StoredReceipt, StreamId},
};
use rusqlite::{Connection, Row, params};

/// What is kept under `command`.
pub(super) fn find(connection: &Connection, command: CommandId) -> Result<Option<StoredReceipt>> {
    let mut statement = connection.prepare_cached(
        "SELECT command, aggregate_type, aggregate_id, hash, outcome, reply, refusal, version, position, events,
             refusal_event
         FROM jangle_receipts WHERE command_id = ?1",
    )?;
    let mut rows = statement.query([command.as_uuid().as_bytes()])?;
    rows.next()?.map(receipt).transpose()
}

fn receipt(row: &Row<'_>) -> Result<StoredReceipt> {
    let outcome = match text(row, 4)? {
        "refused" => {
            Answer::Refused { text: optional_text(row, 6)?.unwrap_or_default(), event: optional_text(row, 10)? }
        }
        _ => {
            let events = serde_json::from_str(text(row, 9)?)
                .map_err(|_| Failure::damaged("the events of a receipt are not a list of positions"))?;
            let stored = Stored { version: number(row, 7)?, position: number(row, 8)?, events };
            Answer::Accepted { reply: optional_text(row, 5)?, stored }
        }
    };
    let stream = StreamId::new(name(row, 1)?, name(row, 2)?);
    Ok(StoredReceipt { command: name(row, 0)?, stream, hash: id(row, 3)?, outcome })
}

/// Keeps `receipt` under `command`, which has nothing yet.
pub(super) fn insert(
    connection: &Connection,
    command: CommandId,
    receipt: &StoredReceipt,
    recorded_at: Timestamp,
) -> Result<()> {
    let (outcome, reply, refusal, refusal_event, place) = match &receipt.outcome {
        Answer::Accepted { reply, stored } => ("accepted", reply.as_deref(), None, None, Some(stored)),
        Answer::Refused { text, event } => ("refused", None, Some(text), event.as_deref(), None),
    };
    let events = place
        .map(|place| serde_json::to_string(&place.events))
        .transpose()
        .map_err(|_| StoreError::failed("the positions of a command's events are not JSON"))?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO jangle_receipts (command_id, command, aggregate_type, aggregate_id, hash, outcome, reply, refusal,
             refusal_event, version, position, events, recorded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    statement.execute(params![
        command.as_uuid().as_bytes(),
        &*receipt.command,
        receipt.stream.aggregate_type(),
        receipt.stream.aggregate_id(),
        receipt.hash.as_bytes(),
        outcome,
        reply,
        refusal,
        refusal_event,
        place.map(|place| stored(place.version)),
        place.map(|place| stored(place.position)),
        events,
        recorded_at.as_micros(),
    ])?;
    Ok(())
}
