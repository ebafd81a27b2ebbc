//! How lanes move.

use super::{
    error::{Failure, Result},
    value::{name, number, optional_id, optional_number, optional_text, small, stored, text, time},
};
use crate::{
    Timestamp,
    store::{
        Exception, ExceptionChange, ExceptionState, Generation, LaneId, LaneProgress, Move, Owner, PartitionRange,
    },
};
use rusqlite::{Connection, Row, params};

/// The row of a lane, as the first four parameters name it.
pub(super) const LANE: &str = "generation = ?1 AND handler = ?2 AND first_partition = ?3 AND last_partition = ?4";

/// Carries out `steps`; false where one does not start from what is stored, and then what was done must be undone.
pub(super) fn carry_out(connection: &Connection, steps: Vec<Move>) -> Result<bool> {
    for step in steps {
        if step.to < step.from || !advance(connection, &step)? {
            return Ok(false);
        }
        for change in step.exceptions {
            if !change_exception(connection, &step.lane, change)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Compares and sets: without the epoch and the checkpoint that the owner knows, no row changes.
fn advance(connection: &Connection, step: &Move) -> Result<bool> {
    let sql = format!(
        "UPDATE jangle_progress SET checkpoint = ?5, event_id = coalesce(?6, event_id)
         WHERE {LANE} AND checkpoint = ?7 AND epoch = ?8"
    );
    let LaneId { generation, handler, partitions } = &step.lane;
    let moved = connection.prepare_cached(&sql)?.execute(params![
        stored(generation.0),
        &**handler,
        partitions.first,
        partitions.last,
        stored(step.to),
        step.event.map(|event| *event.as_uuid().as_bytes()),
        stored(step.from),
        stored(step.epoch),
    ])?;
    Ok(moved == 1)
}

/// False where there is none to remove.
fn change_exception(connection: &Connection, lane: &LaneId, change: ExceptionChange) -> Result<bool> {
    match change {
        ExceptionChange::Put(exception) => put(connection, lane, &exception).map(|()| true),
        ExceptionChange::Remove(position) => {
            let sql = format!("DELETE FROM jangle_exceptions WHERE {LANE} AND position = ?5");
            let LaneId { generation, handler, partitions } = lane;
            let removed = connection.prepare_cached(&sql)?.execute(params![
                stored(generation.0),
                &**handler,
                partitions.first,
                partitions.last,
                stored(position),
            ])?;
            Ok(removed == 1)
        }
    }
}

fn put(connection: &Connection, lane: &LaneId, exception: &Exception) -> Result<()> {
    let (state, retry_at) = match exception.state {
        ExceptionState::Retry(at) => ("retry", Some(at.as_micros())),
        ExceptionState::Behind => ("behind", None),
        ExceptionState::Dead => ("dead", None),
    };
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO jangle_exceptions (generation, handler, first_partition, last_partition, position,
             partition, attempts, state, retry_at, failing_since, error)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    let LaneId { generation, handler, partitions } = lane;
    statement.execute(params![
        stored(generation.0),
        &**handler,
        partitions.first,
        partitions.last,
        stored(exception.position),
        exception.partition,
        exception.attempts,
        state,
        retry_at,
        exception.failing_since.map(Timestamp::as_micros),
        exception.error,
    ])?;
    Ok(())
}

/// What is not done below the checkpoint of `lane`, by position.
pub(super) fn exceptions(connection: &Connection, lane: &LaneId) -> Result<Vec<Exception>> {
    let sql = format!(
        "SELECT position, partition, attempts, state, retry_at, failing_since, error FROM jangle_exceptions
         WHERE {LANE} ORDER BY position"
    );
    let LaneId { generation, handler, partitions } = lane;
    let mut statement = connection.prepare_cached(&sql)?;
    let parameters = params![stored(generation.0), &**handler, partitions.first, partitions.last];
    statement.query_and_then(parameters, exception)?.collect()
}

/// An exception, of the first columns of a row.
pub(super) fn exception(row: &Row<'_>) -> Result<Exception> {
    let position = number(row, 0)?;
    let retry_at: Option<Timestamp> = time(row, 4)?;
    let state = match (text(row, 3)?, retry_at) {
        ("retry", Some(at)) => ExceptionState::Retry(at),
        ("behind", _) => ExceptionState::Behind,
        ("dead", _) => ExceptionState::Dead,
        _ => {
            let reason = format!("it is not known what the exception at position {position} waits for");
            return Err(Failure::damaged(reason));
        }
    };
    let (partition, attempts) = (small(row, 1)?, small(row, 2)?);
    let error = text(row, 6)?.to_owned();
    Ok(Exception { position, partition, attempts, state, failing_since: time(row, 5)?, error })
}

/// How far all lanes are.
pub(super) fn all(connection: &Connection) -> Result<Vec<LaneProgress>> {
    // The first of each kind, as their partial indices have them.
    const FIRST: &str =
        "FROM jangle_exceptions AS e WHERE (e.generation, e.handler, e.first_partition, e.last_partition)
         = (p.generation, p.handler, p.first_partition, p.last_partition)";
    let sql = format!(
        "SELECT p.generation, p.handler, p.first_partition, p.last_partition, p.owner, p.checkpoint,
             (SELECT e.position {FIRST} AND e.state <> 'dead' ORDER BY e.position LIMIT 1),
             (SELECT e.position {FIRST} AND e.state = 'dead' ORDER BY e.position LIMIT 1),
             (SELECT e.error {FIRST} AND e.state = 'dead' ORDER BY e.position LIMIT 1)
         FROM jangle_progress AS p
         ORDER BY p.generation, p.handler, p.first_partition, p.last_partition"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_and_then([], lane_progress)?.collect()
}

fn lane_progress(row: &Row<'_>) -> Result<LaneProgress> {
    let lane = LaneId {
        generation: Generation(number(row, 0)?),
        handler: name(row, 1)?,
        partitions: PartitionRange { first: small(row, 2)?, last: small(row, 3)? },
    };
    let dead = match optional_text(row, 8)? {
        Some(error) => Some((number(row, 7)?, error)),
        None => None,
    };
    Ok(LaneProgress {
        lane,
        owner: optional_id(row, 4)?.map(Owner),
        checkpoint: number(row, 5)?,
        waiting: optional_number(row, 6)?,
        dead,
    })
}
