//! How the lanes of a handler are divided.

use super::{
    error::Result,
    job::Transaction,
    lanes::insert,
    value::{name, number, optional_id, small, stored, time_at},
};
use crate::{
    event::EventId,
    store::{
        Divided, Division, Generation, Owner, PartitionRange,
        division::{self, Part},
        lease::Lease,
    },
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::sync::Arc;

/// Divides them as it is wished, as far as nobody owns them.
pub(super) fn divide(transaction: &Transaction<'_>, division: Division) -> Result<Divided> {
    let (connection, generation, handler) = (transaction.connection, division.generation, &*division.handler);
    let mut stored = parts(transaction, &division, handler)?;
    if stored.is_empty()
        && let Some(former) = division.formerly.as_deref()
    {
        let old = parts(transaction, &division, former)?;
        if let Some(until) = old.iter().filter(|part| !part.is_free).map(|part| part.lease.until).max() {
            return Ok(Divided::Taken { until });
        }
        if !old.is_empty() {
            rename(connection, generation, former, handler)?;
            stored = parts(transaction, &division, handler)?;
        }
    }
    let parts = match (stored.is_empty(), renamed(connection, generation, handler)?) {
        (true, Some(to)) => return Ok(Divided::Renamed { to }),
        (true, None) => vec![Part::first(&division)],
        (false, _) => stored.clone(),
    };
    let divided = division::divide(parts, &division.ranges);
    reshape(connection, generation, handler, &stored, &divided)?;
    Ok(Divided::Into(divided.into_iter().map(|part| part.partitions).collect()))
}

/// The lanes of a handler, in order.
fn parts(transaction: &Transaction<'_>, division: &Division, handler: &str) -> Result<Vec<Part>> {
    let mut statement = transaction.connection.prepare_cached(
        "SELECT first_partition, last_partition, checkpoint, event_id, follows, owner, epoch, lease_until
         FROM jangle_progress WHERE generation = ?1 AND handler = ?2 ORDER BY first_partition",
    )?;
    let parts = statement.query_and_then(params![stored(division.generation.0), handler], |row| {
        let part = part(row)?;
        let is_dead = |owner: Owner| owner != division.owner && transaction.owners.is_dead(owner);
        let is_free = part.lease.is_over(division.now) || part.lease.owner.is_some_and(is_dead);
        Ok(Part { is_free, ..part })
    })?;
    parts.collect()
}

fn part(row: &Row<'_>) -> Result<Part> {
    Ok(Part {
        partitions: PartitionRange { first: small(row, 0)?, last: small(row, 1)? },
        checkpoint: number(row, 2)?,
        event: optional_id(row, 3)?.map(EventId::from_uuid),
        follows: name(row, 4)?,
        lease: Lease { owner: optional_id(row, 5)?.map(Owner), epoch: number(row, 6)?, until: time_at(row, 7)? },
        is_free: false,
    })
}

/// What a handler with this id is called now, if a newer program gave it another one.
pub(super) fn renamed(connection: &Connection, generation: Generation, handler: &str) -> Result<Option<Arc<str>>> {
    let sql = "SELECT renamed_to FROM jangle_renamed WHERE generation = ?1 AND handler = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let name: Option<String> =
        statement.query_row(params![stored(generation.0), handler], |row| row.get(0)).optional()?;
    Ok(name.map(Arc::from))
}

/// Gives the progress of a handler another id; whoever had a lease can no longer write.
fn rename(connection: &Connection, generation: Generation, former: &str, handler: &str) -> Result<()> {
    let generation = stored(generation.0);
    connection.execute(
        "UPDATE jangle_progress SET handler = ?3, owner = NULL, epoch = epoch + 1 WHERE generation = ?1 AND handler = ?2",
        params![generation, former, handler],
    )?;
    connection
        .execute("DELETE FROM jangle_renamed WHERE generation = ?1 AND handler = ?2", params![generation, handler])?;
    connection.execute(
        "INSERT OR REPLACE INTO jangle_renamed (generation, handler, renamed_to) VALUES (?1, ?2, ?3)",
        params![generation, former, handler],
    )?;
    Ok(())
}

/// Makes the lanes of a handler those of `divided`; exceptions go with their partitions.
fn reshape(
    connection: &Connection,
    generation: Generation,
    handler: &str,
    stored_parts: &[Part],
    divided: &[Part],
) -> Result<()> {
    let is_in = |parts: &[Part], part: &Part| parts.iter().any(|other| other.partitions == part.partitions);
    for part in divided.iter().filter(|part| !is_in(stored_parts, part)) {
        insert(connection, generation, handler, part)?;
    }
    for old in stored_parts.iter().filter(|part| !is_in(divided, part)) {
        for new in divided.iter().filter(|part| part.partitions.shared(old.partitions).is_some()) {
            hand_over(connection, generation, handler, old.partitions, new.partitions)?;
        }
        connection
            .prepare_cached(
                "DELETE FROM jangle_progress
             WHERE generation = ?1 AND handler = ?2 AND first_partition = ?3 AND last_partition = ?4",
            )?
            .execute(params![stored(generation.0), handler, old.partitions.first, old.partitions.last])?;
    }
    Ok(())
}

/// Gives one lane the exceptions of another whose partitions it has.
fn hand_over(
    connection: &Connection,
    generation: Generation,
    handler: &str,
    from: PartitionRange,
    to: PartitionRange,
) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "UPDATE jangle_exceptions SET first_partition = ?5, last_partition = ?6
         WHERE generation = ?1 AND handler = ?2 AND first_partition = ?3 AND last_partition = ?4
             AND partition BETWEEN ?5 AND ?6",
    )?;
    statement.execute(params![stored(generation.0), handler, from.first, from.last, to.first, to.last])?;
    Ok(())
}
