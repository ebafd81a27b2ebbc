//! Sagas.

use super::{
    SqliteStore,
    error::{Failure, Result},
    events::event,
    job::{Done, Point},
    value::{limit as stored_limit, name, number, optional_number, optional_text, stored, text, time, time_at},
};
use crate::{
    Timestamp,
    event::EventId,
    store::{
        BoxFuture, DueSagas, SagaEntry, SagaFilter, SagaId, SagaStatus, SagaStore, SagaSummary, SaveSaga, StoreError,
        StoredEvent, StoredSaga, partition_of,
    },
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::sync::Arc;

/// The name of their commits. Whatever of them is lost with the last moments before a power cut follows again from the
/// events and receipts, which are on the disk before anybody hears of them.
const POINT: Point = Point::Derived("saga");

/// What `summary` reads, in this order.
const SUMMARY: &str =
    "SELECT saga, saga_id, status, error, wake_at, deadline_at, created_at, changed_at FROM jangle_sagas";

impl SagaStore for SqliteStore {
    fn receive(&self, events: Vec<(SagaId, StoredEvent)>, now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(POINT, move |transaction| {
            for (id, event) in events {
                receive(transaction.connection, &id, &event, now)?;
            }
            Ok(Done::Keep(()))
        }))
    }

    fn due_sagas(&self, saga: Arc<str>, now: Timestamp, limit: usize) -> BoxFuture<'_, Result<DueSagas, StoreError>> {
        Box::pin(self.read(move |connection| due(connection, &saga, now, limit)))
    }

    fn load_saga(&self, id: SagaId) -> BoxFuture<'_, Result<Option<StoredSaga>, StoreError>> {
        // On one state of the store: the row and its events belong together.
        Box::pin(self.read(move |connection| {
            let _one = connection.is_autocommit().then(|| connection.unchecked_transaction()).transpose()?;
            load(connection, id)
        }))
    }

    fn save_saga(&self, save: SaveSaga) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.write(POINT, move |transaction| {
            Ok(match save_all(transaction.connection, save)? {
                true => Done::Keep(true),
                false => Done::Undo(false),
            })
        }))
    }

    fn list_sagas(&self, filter: SagaFilter) -> BoxFuture<'_, Result<Vec<SagaSummary>, StoreError>> {
        Box::pin(self.read(move |connection| list(connection, &filter)))
    }

    fn begin_rebuild(&self, saga: Arc<str>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(POINT, move |transaction| {
            let connection = transaction.connection;
            connection
                .prepare_cached("INSERT OR IGNORE INTO jangle_saga_rebuilds (saga) VALUES (?1)")?
                .execute([&saga])?;
            connection.prepare_cached("DELETE FROM jangle_sagas WHERE saga = ?1")?.execute([&saga])?;
            Ok(Done::Keep(()))
        }))
    }

    fn end_rebuild(&self, saga: Arc<str>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(POINT, move |transaction| {
            let connection = transaction.connection;
            connection.prepare_cached("DELETE FROM jangle_saga_rebuilds WHERE saga = ?1")?.execute([&saga])?;
            Ok(Done::Keep(()))
        }))
    }
}

fn receive(connection: &Connection, id: &SagaId, event: &StoredEvent, now: Timestamp) -> Result<()> {
    let mut begin = connection.prepare_cached(
        "INSERT OR IGNORE INTO jangle_sagas (saga, saga_id, version, arrived, status, progress, created_at, changed_at)
         VALUES (?1, ?2, 0, 0, 'waiting', '', ?3, ?3)",
    )?;
    begin.execute(params![id.saga(), id.id(), now.as_micros()])?;
    if !insert_event(connection, id, event, None)? {
        return Ok(());
    }
    let mut wake = connection.prepare_cached(
        "UPDATE jangle_sagas
         SET arrived = arrived + 1, wake_at = min(ifnull(wake_at, ?3), ?3), held_from = min(ifnull(held_from, ?4), ?4)
         WHERE saga = ?1 AND saga_id = ?2",
    )?;
    wake.execute(params![id.saga(), id.id(), now.as_micros(), stored(event.position)])?;
    Ok(())
}

/// Whether the saga did not have the event.
fn insert_event(connection: &Connection, id: &SagaId, event: &StoredEvent, number: Option<u64>) -> Result<bool> {
    let metadata = serde_json::to_string(&event.metadata)
        .map_err(|_| StoreError::failed("the metadata of an event is not JSON"))?;
    let mut statement = connection.prepare_cached(
        "INSERT OR IGNORE INTO jangle_saga_events (saga, saga_id, event_id, number, aggregate_type, aggregate_id,
             version, position, partition, name, schema_version, payload, metadata, recorded_at, occurred_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?;
    let inserted = statement.execute(params![
        id.saga(),
        id.id(),
        event.id.as_uuid().as_bytes(),
        number.map(stored),
        event.stream.aggregate_type(),
        event.stream.aggregate_id(),
        stored(event.version),
        stored(event.position),
        partition_of(&event.stream),
        &*event.name,
        event.schema_version,
        event.payload,
        metadata,
        event.recorded_at.as_micros(),
        event.occurred_at.map(Timestamp::as_micros),
    ])?;
    Ok(inserted == 1)
}

fn due(connection: &Connection, saga: &str, now: Timestamp, limit: usize) -> Result<DueSagas> {
    let mut held = connection
        .prepare_cached("SELECT min(held_from) FROM jangle_sagas WHERE saga = ?1 AND held_from IS NOT NULL")?;
    let held_from: Option<i64> = held.query_row([saga], |row| row.get(0))?;
    let held_from = held_from.map(|position| u64::try_from(position).unwrap_or(0));
    let mut rebuilds = connection.prepare_cached("SELECT 1 FROM jangle_saga_rebuilds WHERE saga = ?1")?;
    if rebuilds.exists([saga])? {
        return Ok(DueSagas { held_from, ..DueSagas::default() });
    }
    let mut next = connection
        .prepare_cached("SELECT wake_at FROM jangle_sagas WHERE saga = ?1 AND wake_at > ?2 ORDER BY wake_at LIMIT 1")?;
    let next: Option<i64> = next.query_row(params![saga, now.as_micros()], |row| row.get(0)).optional()?;
    let mut due = connection.prepare_cached(
        "SELECT saga, saga_id FROM jangle_sagas WHERE saga = ?1 AND wake_at <= ?2 ORDER BY wake_at, saga_id LIMIT ?3",
    )?;
    let sagas = due.query_and_then(params![saga, now.as_micros(), stored_limit(limit)], saga_id)?;
    Ok(DueSagas { sagas: sagas.collect::<Result<_>>()?, next: next.map(Timestamp::from_micros), held_from })
}

fn saga_id(row: &Row<'_>) -> Result<SagaId> {
    Ok(SagaId::new(name(row, 0)?, name(row, 1)?))
}

fn load(connection: &Connection, id: SagaId) -> Result<Option<StoredSaga>> {
    let mut statement = connection.prepare_cached(
        "SELECT saga, saga_id, status, error, wake_at, deadline_at, created_at, changed_at, version, arrived, progress
         FROM jangle_sagas WHERE saga = ?1 AND saga_id = ?2",
    )?;
    let mut rows = statement.query(params![id.saga(), id.id()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let SagaSummary { id, status, error, wake_at, deadline_at, created_at, changed_at } = summary(row)?;
    let (version, arrived, progress) = (number(row, 8)?, number(row, 9)?, text(row, 10)?.to_owned());
    let (mut events, mut inbox) = (Vec::new(), Vec::new());
    let mut statement = connection.prepare_cached(
        "SELECT position, event_id, aggregate_type, aggregate_id, version, partition, name, schema_version, payload,
             metadata, recorded_at, occurred_at, number
         FROM jangle_saga_events WHERE saga = ?1 AND saga_id = ?2 ORDER BY number, position",
    )?;
    let mut rows = statement.query(params![id.saga(), id.id()])?;
    while let Some(row) = rows.next()? {
        match optional_number(row, 12)? {
            Some(_) => events.push(event(row)?),
            None => inbox.push(event(row)?),
        }
    }
    Ok(Some(StoredSaga {
        id,
        version,
        arrived,
        status,
        progress,
        error,
        wake_at,
        deadline_at,
        created_at,
        changed_at,
        events,
        inbox,
    }))
}

fn summary(row: &Row<'_>) -> Result<SagaSummary> {
    let status: SagaStatus =
        text(row, 2)?.parse().map_err(|_| Failure::damaged("the status of a saga is none that there is"))?;
    Ok(SagaSummary {
        id: saga_id(row)?,
        status,
        error: optional_text(row, 3)?,
        wake_at: time(row, 4)?,
        deadline_at: time(row, 5)?,
        created_at: time_at(row, 6)?,
        changed_at: time_at(row, 7)?,
    })
}

/// Whether the change fitted, and all of it is stored.
fn save_all(connection: &Connection, save: SaveSaga) -> Result<bool> {
    let arrived: Option<i64> = connection
        .prepare_cached("SELECT arrived FROM jangle_sagas WHERE saga = ?1 AND saga_id = ?2 AND version = ?3")?
        .query_row(params![save.id.saga(), save.id.id(), stored(save.version)], |row| row.get(0))
        .optional()?;
    let Some(arrived) = arrived else { return Ok(false) };
    if !save_entries(connection, &save)? {
        return Ok(false);
    }
    let (mut wake_at, mut held_from) = (save.wake_at, save.held_from);
    if u64::try_from(arrived).is_ok_and(|arrived| arrived > save.arrived) {
        wake_at = Some(save.now);
        held_from = [held_from, first_in_inbox(connection, &save.id)?].into_iter().flatten().min();
    }
    let mut statement = connection.prepare_cached(
        "UPDATE jangle_sagas
         SET version = version + 1, status = ?3, progress = ?4, error = ?5, wake_at = ?6, deadline_at = ?7,
             held_from = ?8, changed_at = ?9
         WHERE saga = ?1 AND saga_id = ?2",
    )?;
    statement.execute(params![
        save.id.saga(),
        save.id.id(),
        save.status.as_str(),
        save.progress,
        save.error,
        wake_at.map(Timestamp::as_micros),
        save.deadline_at.map(Timestamp::as_micros),
        held_from.map(stored),
        save.now.as_micros(),
    ])?;
    Ok(true)
}

fn save_entries(connection: &Connection, save: &SaveSaga) -> Result<bool> {
    let mut drop = connection.prepare_cached(
        "DELETE FROM jangle_saga_events WHERE saga = ?1 AND saga_id = ?2 AND event_id = ?3 AND number IS NULL",
    )?;
    for event in &save.dropped {
        drop.execute(params![save.id.saga(), save.id.id(), event.as_uuid().as_bytes()])?;
    }
    if save.entries.is_empty() {
        return Ok(true);
    }
    for (number, entry) in (next_number(connection, &save.id)?..).zip(&save.entries) {
        let is_stored = match entry {
            SagaEntry::Seen(event) => see(connection, &save.id, *event, number)?,
            SagaEntry::Own(event) => insert_event(connection, &save.id, event, Some(number))?,
        };
        if !is_stored {
            return Ok(false);
        }
    }
    Ok(true)
}

fn next_number(connection: &Connection, id: &SagaId) -> Result<u64> {
    let mut statement = connection
        .prepare_cached("SELECT ifnull(max(number), 0) FROM jangle_saga_events WHERE saga = ?1 AND saga_id = ?2")?;
    let mut rows = statement.query(params![id.saga(), id.id()])?;
    rows.next()?.map_or(Ok(1), |row| Ok(number(row, 0)? + 1))
}

fn see(connection: &Connection, id: &SagaId, event: EventId, number: u64) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "UPDATE jangle_saga_events SET number = ?4
         WHERE saga = ?1 AND saga_id = ?2 AND event_id = ?3 AND number IS NULL",
    )?;
    Ok(statement.execute(params![id.saga(), id.id(), event.as_uuid().as_bytes(), stored(number)])? == 1)
}

fn first_in_inbox(connection: &Connection, id: &SagaId) -> Result<Option<u64>> {
    let mut statement = connection.prepare_cached(
        "SELECT min(position) FROM jangle_saga_events WHERE saga = ?1 AND saga_id = ?2 AND number IS NULL",
    )?;
    let mut rows = statement.query(params![id.saga(), id.id()])?;
    rows.next()?.map_or(Ok(None), |row| optional_number(row, 0))
}

fn list(connection: &Connection, filter: &SagaFilter) -> Result<Vec<SagaSummary>> {
    let sql = format!(
        "{SUMMARY}
         WHERE (?1 IS NULL OR saga = ?1) AND (?2 IS NULL OR status = ?2)
             AND (?3 IS NULL OR (saga, saga_id) > (?3, ?4))
         ORDER BY saga, saga_id LIMIT ?5"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let after = filter.after.as_ref();
    let rows = statement.query_and_then(
        params![
            filter.saga.as_deref(),
            filter.status.map(SagaStatus::as_str),
            after.map(SagaId::saga),
            after.map(SagaId::id),
            stored_limit(filter.limit),
        ],
        summary,
    )?;
    rows.collect()
}
