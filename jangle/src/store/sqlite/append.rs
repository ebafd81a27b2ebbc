//! Writing events and receipts.

use super::{
    error::{Failure, Result},
    job::Transaction,
    receipts,
    value::{number, stored},
};
use crate::{
    Timestamp,
    command::CommandId,
    store::{NewEvent, StoredReceipt, StreamId, decide::Ledger, partition_of},
};
use rusqlite::{Connection, OptionalExtension, params};

impl Ledger for Transaction<'_> {
    type Error = Failure;

    fn version_of(&mut self, stream: &StreamId) -> Result<u64> {
        let mut statement = self.connection.prepare_cached(
            "SELECT version FROM jangle_events WHERE aggregate_type = ?1 AND aggregate_id = ?2
             ORDER BY version DESC LIMIT 1",
        )?;
        let mut rows = statement.query(params![stream.aggregate_type(), stream.aggregate_id()])?;
        rows.next()?.map_or(Ok(0), |row| number(row, 0))
    }

    fn head(&mut self) -> Result<u64> {
        match self.head {
            Some(head) => Ok(head),
            None => Ok(*self.head.insert(head(self.connection)?)),
        }
    }

    fn receipt(&mut self, id: CommandId) -> Result<Option<StoredReceipt>> {
        receipts::find(self.connection, id)
    }

    fn insert_event(&mut self, event: NewEvent, version: u64, recorded_at: Timestamp) -> Result<u64> {
        let metadata = serde_json::to_string(&event.metadata)
            .map_err(|_| crate::StoreError::failed("the metadata of an event is not JSON"))?;
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO jangle_events (event_id, aggregate_type, aggregate_id, version, partition, name,
                 schema_version, payload, metadata, recorded_at, occurred_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?;
        let position = statement.insert(params![
            event.id.as_uuid().as_bytes(),
            event.stream.aggregate_type(),
            event.stream.aggregate_id(),
            stored(version),
            partition_of(&event.stream),
            &*event.name,
            event.schema_version,
            event.payload,
            metadata,
            recorded_at.as_micros(),
            event.occurred_at.map(Timestamp::as_micros),
        ])?;
        let position = u64::try_from(position).map_err(|_| Failure::damaged("a position is negative"))?;
        self.head = Some(position);
        Ok(position)
    }

    fn insert_receipt(&mut self, id: CommandId, receipt: StoredReceipt, recorded_at: Timestamp) -> Result<()> {
        receipts::insert(self.connection, id, &receipt, recorded_at)
    }
}

/// The highest position; 0 where there are no events.
pub(super) fn head(connection: &Connection) -> Result<u64> {
    let mut statement =
        connection.prepare_cached("SELECT position FROM jangle_events ORDER BY position DESC LIMIT 1")?;
    let head: Option<i64> = statement.query_row([], |row| row.get(0)).optional()?;
    u64::try_from(head.unwrap_or(0)).map_err(|_| Failure::damaged("a position is negative"))
}
