//! Snapshots.

use super::{
    SqliteStore,
    error::Result,
    job::{Done, Point},
    value::{id, number, stored},
};
use crate::{
    event::EventId,
    store::{BoxFuture, Snapshot, SnapshotStore, StoreError, StreamId},
};
use rusqlite::{Connection, params};

impl SnapshotStore for SqliteStore {
    fn save(&self, stream: StreamId, snapshot: Snapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(Point::Derived("snapshot"), move |transaction| {
            save(transaction.connection, &stream, &snapshot).map(Done::Keep)
        }))
    }

    fn load(&self, stream: StreamId) -> BoxFuture<'_, Result<Option<Snapshot>, StoreError>> {
        Box::pin(self.read(move |connection| load(connection, &stream)))
    }

    fn discard(&self, stream: StreamId) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(Point::Derived("snapshot"), move |transaction| {
            let mut statement = transaction
                .connection
                .prepare_cached("DELETE FROM jangle_snapshots WHERE aggregate_type = ?1 AND aggregate_id = ?2")?;
            statement.execute(params![stream.aggregate_type(), stream.aggregate_id()])?;
            Ok(Done::Keep(()))
        }))
    }
}

fn save(connection: &Connection, stream: &StreamId, snapshot: &Snapshot) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO jangle_snapshots (aggregate_type, aggregate_id, version, event_id, fingerprint, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE
             SET version = excluded.version, event_id = excluded.event_id, fingerprint = excluded.fingerprint,
                 state = excluded.state
             WHERE fingerprint <> excluded.fingerprint OR version < excluded.version",
    )?;
    statement.execute(params![
        stream.aggregate_type(),
        stream.aggregate_id(),
        stored(snapshot.version),
        snapshot.event.as_uuid().as_bytes(),
        snapshot.fingerprint.as_bytes(),
        snapshot.state,
    ])?;
    Ok(())
}

fn load(connection: &Connection, stream: &StreamId) -> Result<Option<Snapshot>> {
    let mut statement = connection.prepare_cached(
        "SELECT version, event_id, fingerprint, state FROM jangle_snapshots
         WHERE aggregate_type = ?1 AND aggregate_id = ?2",
    )?;
    let mut rows = statement.query(params![stream.aggregate_type(), stream.aggregate_id()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(Snapshot {
        version: number(row, 0)?,
        event: EventId::from_uuid(id(row, 1)?),
        fingerprint: id(row, 2)?,
        state: row.get(3)?,
    }))
}
