//! The tables of a store, and how an older file gets those of this version.

use super::{
    commit::{commit_repeatable, rollback},
    error::{Failure, Result},
    file::{APPLICATION_ID, refused},
};
use crate::store::{PARTITIONS, StoreError};
use rusqlite::Connection;
use std::path::Path;

/// In order. The number of them that a file has had is its `user_version`. One that was released is never changed.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_initial.sql")];

/// Brings the file up to this version, in one transaction for each step. Several processes may do this at once, and
/// any may be killed: the next one goes on.
pub(super) fn migrate(connection: &Connection, path: &Path) -> Result<()> {
    while version(connection, path)? < MIGRATIONS.len() {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        step(connection, path).inspect_err(|_| rollback(connection))?;
    }
    check_partitions(connection, path)
}

/// The next step, if no other process has taken it meanwhile.
fn step(connection: &Connection, path: &Path) -> Result<()> {
    let version = version(connection, path)?;
    let Some(migration) = MIGRATIONS.get(version) else {
        rollback(connection);
        return Ok(());
    };
    connection.execute_batch(migration)?;
    connection.execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID}"))?;
    connection.execute_batch(&format!("PRAGMA user_version = {}", version + 1))?;
    commit_repeatable(connection)
}

/// How many migrations the file has had.
pub(super) fn version(connection: &Connection, path: &Path) -> Result<usize> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = MIGRATIONS.len();
    match usize::try_from(version) {
        Ok(version) if version <= known => Ok(version),
        _ => {
            let reason = format!(
                "it was written by a newer version of jangle (schema version {version}; this one knows {known}); \
                 use that version"
            );
            Err(refused(path, reason).into())
        }
    }
}

/// Progress is kept by partition, so a file that was divided otherwise cannot be used.
fn check_partitions(connection: &Connection, path: &Path) -> Result<()> {
    let stored: String =
        connection.query_row("SELECT value FROM jangle_store WHERE key = 'partitions'", [], |row| row.get(0))?;
    if stored == PARTITIONS.to_string() {
        return Ok(());
    }
    let reason =
        format!("its events are divided into {stored} partitions, and this version divides them into {PARTITIONS}");
    Err(Failure::Store(StoreError::Open { path: path.display().to_string(), reason }))
}
