//! Dead letters.

use super::{
    error::{Failure, Result},
    progress::exception,
    value::{limit, name, number, optional_text, small, stored},
};
use crate::store::{DeadLetterFilter, Generation, LaneId, PartitionRange, Remedy, StoredDeadLetter};
use rusqlite::{Connection, Row, params};

/// The dead letters that `filter` names, by position and handler.
pub(super) fn list(connection: &Connection, filter: &DeadLetterFilter) -> Result<Vec<StoredDeadLetter>> {
    let remedy = if filter.with_remedy { "AND remedy IS NOT NULL" } else { "" };
    let sql = format!(
        "SELECT position, partition, attempts, state, retry_at, failing_since, error, remedy, generation, handler,
             first_partition, last_partition
         FROM jangle_exceptions
         WHERE state = 'dead' AND position > ?1 AND (?2 IS NULL OR position = ?2) AND (?3 IS NULL OR handler = ?3)
             {remedy}
         ORDER BY position, handler, generation LIMIT ?4"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let parameters =
        params![stored(filter.after), filter.position.map(stored), filter.handler.as_deref(), limit(filter.limit)];
    statement.query_and_then(parameters, letter)?.collect()
}

fn letter(row: &Row<'_>) -> Result<StoredDeadLetter> {
    let remedy = match optional_text(row, 7)?.as_deref() {
        None => None,
        Some("retry") => Some(Remedy::Retry),
        Some("discard") => Some(Remedy::Discard),
        Some(_) => return Err(Failure::damaged("it is not known what is to be done about a dead letter")),
    };
    let lane = LaneId {
        generation: Generation(number(row, 8)?),
        handler: name(row, 9)?,
        partitions: PartitionRange { first: small(row, 10)?, last: small(row, 11)? },
    };
    Ok(StoredDeadLetter { lane, exception: exception(row)?, remedy })
}

/// Notes what is to be done about dead letters of `handler`; answers about how many.
pub(super) fn remedy(connection: &Connection, handler: &str, position: Option<u64>, remedy: Remedy) -> Result<u64> {
    let mut statement = connection.prepare_cached(
        "UPDATE jangle_exceptions SET remedy = ?3
         WHERE handler = ?1 AND (?2 IS NULL OR position = ?2) AND state = 'dead'",
    )?;
    let changed = statement.execute(params![handler, position.map(stored), remedy.as_str()])?;
    Ok(changed as u64)
}
