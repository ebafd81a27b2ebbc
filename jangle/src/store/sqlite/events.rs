//! Events: appending and reading.

use super::{
    SqliteStore,
    append::head,
    error::{Failure, Result},
    job::{Done, Point},
    receipts,
    stats::count,
    value::{id, limit as stored_limit, name, number, small, stored, text, time, time_at},
};
use crate::{
    command::CommandId,
    event::EventId,
    store::{
        Append, AppendResult, BoxFuture, EventStore, StoreError, StoredEvent, StoredReceipt, StreamId,
        decide::decide_batch,
    },
};
use rusqlite::{Connection, Params, Row, params};
use std::sync::Arc;

/// What `event` reads, in this order.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT position, event_id, aggregate_type, aggregate_id, version, partition, name, schema_version, ",
            "payload, metadata, recorded_at, occurred_at FROM jangle_events ",
            $rest
        )
    };
}

/// One search of the index for each name, however many events there are.
const AGGREGATE_TYPES: &str = "
    WITH RECURSIVE found (type) AS (
        SELECT min(aggregate_type) FROM jangle_events
        UNION ALL
        SELECT (SELECT min(aggregate_type) FROM jangle_events WHERE aggregate_type > type) FROM found
        WHERE type IS NOT NULL
    )
    SELECT type FROM found WHERE type IS NOT NULL";

impl EventStore for SqliteStore {
    fn append(&self, batch: Vec<Append>) -> BoxFuture<'_, Result<Vec<AppendResult>, StoreError>> {
        Box::pin(async move {
            let appends = batch.len() as u64;
            let writes = batch.iter().any(|append| !append.events.is_empty() || append.receipt.is_some());
            let decide = move |transaction: &mut super::Transaction<'_>| {
                count(&transaction.counters.batches, 1);
                count(&transaction.counters.appends, appends);
                decide_batch(transaction, batch).map(Done::Keep)
            };
            if writes { self.write(Point::OnDisk("append"), decide).await } else { self.confirm(decide).await }
        })
    }

    fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        Box::pin(self.read(move |connection| {
            let sql =
                select!("WHERE aggregate_type = ?1 AND aggregate_id = ?2 AND version > ?3 ORDER BY version LIMIT ?4");
            let limit = stored_limit(limit);
            events(connection, sql, params![stream.aggregate_type(), stream.aggregate_id(), stored(after), limit])
        }))
    }

    fn read_all(&self, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        Box::pin(self.read(move |connection| {
            let sql = select!("WHERE position > ?1 ORDER BY position LIMIT ?2");
            events(connection, sql, params![stored(after), stored_limit(limit)])
        }))
    }

    fn read_at(&self, positions: Vec<u64>) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        Box::pin(self.read(move |connection| {
            let positions: Vec<_> = positions.into_iter().map(|position| stored(position).to_string()).collect();
            let sql = select!("WHERE position IN (SELECT value FROM json_each(?1)) ORDER BY position");
            events(connection, sql, [format!("[{}]", positions.join(","))])
        }))
    }

    fn head(&self) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.read(head))
    }

    fn aggregate_types(&self) -> BoxFuture<'_, Result<Vec<Arc<str>>, StoreError>> {
        Box::pin(self.read(|connection| {
            let mut statement = connection.prepare_cached(AGGREGATE_TYPES)?;
            statement.query_and_then([], |row| name(row, 0))?.collect()
        }))
    }

    fn receipt(&self, id: CommandId) -> BoxFuture<'_, Result<Option<StoredReceipt>, StoreError>> {
        Box::pin(self.read(move |connection| receipts::find(connection, id)))
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.finish())
    }
}

fn events(connection: &Connection, sql: &str, parameters: impl Params) -> Result<Vec<StoredEvent>> {
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_and_then(parameters, event)?.collect()
}

/// An event, of the first columns that `select!` names.
pub(super) fn event(row: &Row<'_>) -> Result<StoredEvent> {
    let position = number(row, 0)?;
    // What serde says could quote what is there.
    let metadata = serde_json::from_str(text(row, 9)?)
        .map_err(|_| Failure::damaged(format!("the metadata of the event at position {position} cannot be read")))?;
    Ok(StoredEvent {
        id: EventId::from_uuid(id(row, 1)?),
        stream: StreamId::new(name(row, 2)?, name(row, 3)?),
        version: number(row, 4)?,
        position,
        partition: small(row, 5)?,
        name: name(row, 6)?,
        schema_version: small(row, 7)?,
        payload: text(row, 8)?.to_owned(),
        metadata,
        recorded_at: time_at(row, 10)?,
        occurred_at: time(row, 11)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_aggregates_are_found_without_reading_all_events() -> rusqlite::Result<()> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(include_str!("migrations/0001_initial.sql"))?;
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {AGGREGATE_TYPES}"))?;
        let plan: Vec<String> = statement.query_map([], |row| row.get(3))?.collect::<rusqlite::Result<_>>()?;
        let of_events: Vec<_> = plan.iter().filter(|step| step.contains("jangle_events")).collect();
        let searches = of_events.iter().all(|step| step.starts_with("SEARCH") && step.contains("COVERING INDEX"));
        assert!(of_events.len() == 2 && searches, "{plan:?}");
        Ok(())
    }
}
