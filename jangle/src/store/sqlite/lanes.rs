//! Who owns which lane.

use super::{
    division::renamed,
    error::{Failure, Result},
    job::Transaction,
    progress::{LANE, exceptions},
    value::{name, number, optional_id, stored, time_at},
};
use crate::{
    Timestamp,
    event::EventId,
    store::{Claim, Claimed, Generation, LaneId, Owner, division::Part, lease::Lease},
};
use rusqlite::{Connection, params};
use std::sync::Arc;

/// A lane's row.
struct Lane {
    lease: Lease,
    follows: Arc<str>,
    checkpoint: u64,
    event: Option<EventId>,
}

/// Takes a lane, unless another owner lives and has it.
pub(super) fn claim(transaction: &mut Transaction<'_>, claim: Claim) -> Result<Claimed> {
    transaction.owners.show(claim.owner)?;
    let connection = transaction.connection;
    let Some(lane) = find(connection, &claim.lane)? else {
        // A newer program may have given the handler another id: whoever knows it by this one is told when it divides.
        let is_renamed = renamed(connection, claim.lane.generation, &claim.lane.handler)?.is_some();
        return match is_renamed || is_divided(connection, &claim.lane)? {
            true => Ok(Claimed::Divided),
            false => begin(connection, &claim),
        };
    };
    if let Some(holder) = lane.lease.held_against(&claim)
        && !transaction.owners.is_dead(holder)
    {
        return Ok(Claimed::Taken { until: lane.lease.until });
    }
    if !claim.knows_all(&lane.follows) {
        return Ok(Claimed::Newer { follows: lane.follows });
    }
    let lease = lane.lease.passed_on(&claim);
    // The epoch is written before anything is answered, in the transaction that read the checkpoint: whoever had the
    // lane before can no longer move it.
    let sql = format!("UPDATE jangle_progress SET owner = ?5, epoch = ?6, lease_until = ?7, follows = ?8 WHERE {LANE}");
    let mut statement = connection.prepare_cached(&sql)?;
    let LaneId { generation, handler, partitions } = &claim.lane;
    statement.execute(params![
        stored(generation.0),
        &**handler,
        partitions.first,
        partitions.last,
        lease.owner.map(|owner| *owner.0.as_bytes()),
        stored(lease.epoch),
        lease.until.as_micros(),
        &*claim.follows,
    ])?;
    let exceptions = exceptions(connection, &claim.lane)?;
    Ok(Claimed::Owned { epoch: lease.epoch, checkpoint: lane.checkpoint, event: lane.event, exceptions })
}

fn find(connection: &Connection, lane: &LaneId) -> Result<Option<Lane>> {
    let sql =
        format!("SELECT owner, epoch, lease_until, checkpoint, event_id, follows FROM jangle_progress WHERE {LANE}");
    let mut statement = connection.prepare_cached(&sql)?;
    let LaneId { generation, handler, partitions } = lane;
    let mut rows = statement.query(params![stored(generation.0), &**handler, partitions.first, partitions.last])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let lease = Lease { owner: optional_id(row, 0)?.map(Owner), epoch: number(row, 1)?, until: time_at(row, 2)? };
    let event = optional_id(row, 4)?.map(EventId::from_uuid);
    Ok(Some(Lane { lease, checkpoint: number(row, 3)?, event, follows: name(row, 5)? }))
}

/// Whether other lanes of the handler have partitions of this one.
fn is_divided(connection: &Connection, lane: &LaneId) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM jangle_progress
         WHERE generation = ?1 AND handler = ?2 AND first_partition <= ?4 AND last_partition >= ?3",
    )?;
    let LaneId { generation, handler, partitions } = lane;
    Ok(statement.exists(params![stored(generation.0), &**handler, partitions.first, partitions.last])?)
}

/// A lane that nobody has owned.
fn begin(connection: &Connection, claim: &Claim) -> Result<Claimed> {
    let lease = Lease::first(claim);
    let part = Part {
        partitions: claim.lane.partitions,
        checkpoint: claim.begin_at,
        event: None,
        follows: Arc::clone(&claim.follows),
        lease,
        is_free: false,
    };
    insert(connection, claim.lane.generation, &claim.lane.handler, &part)?;
    Ok(Claimed::Owned { epoch: lease.epoch, checkpoint: claim.begin_at, event: None, exceptions: Vec::new() })
}

/// A new row of a lane.
pub(super) fn insert(connection: &Connection, generation: Generation, handler: &str, part: &Part) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO jangle_progress (generation, handler, first_partition, last_partition, follows, checkpoint,
             event_id, owner, epoch, lease_until)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    statement.execute(params![
        stored(generation.0),
        handler,
        part.partitions.first,
        part.partitions.last,
        &*part.follows,
        stored(part.checkpoint),
        part.event.map(|event| *event.as_uuid().as_bytes()),
        part.lease.owner.map(|owner| *owner.0.as_bytes()),
        stored(part.lease.epoch),
        part.lease.until.as_micros(),
    ])?;
    Ok(())
}

/// Extends leases, and answers those that the owner no longer has.
pub(super) fn renew(
    connection: &Connection,
    owner: Owner,
    lanes: Vec<(LaneId, u64)>,
    until: Timestamp,
) -> Result<Vec<LaneId>> {
    let sql = format!("UPDATE jangle_progress SET lease_until = ?5 WHERE {LANE} AND epoch = ?6 AND owner = ?7");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut lost = Vec::new();
    for (lane, epoch) in lanes {
        let renewed = statement.execute(params![
            stored(lane.generation.0),
            &*lane.handler,
            lane.partitions.first,
            lane.partitions.last,
            until.as_micros(),
            stored(epoch),
            owner.0.as_bytes(),
        ])?;
        if renewed == 0 {
            lost.push(lane);
        }
    }
    Ok(lost)
}

/// Gives leases back.
pub(super) fn release(connection: &Connection, lanes: &[(LaneId, u64)]) -> Result<(), Failure> {
    let sql = format!("UPDATE jangle_progress SET owner = NULL WHERE {LANE} AND epoch = ?5");
    let mut statement = connection.prepare_cached(&sql)?;
    for (lane, epoch) in lanes {
        statement.execute(params![
            stored(lane.generation.0),
            &*lane.handler,
            lane.partitions.first,
            lane.partitions.last,
            stored(*epoch),
        ])?;
    }
    Ok(())
}
