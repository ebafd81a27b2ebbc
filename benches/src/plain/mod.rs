//! Plain SQLite: the same tables, the same rows, the same durability.

pub(crate) mod group;
pub(crate) mod own;
mod rows;

use crate::Failure;
use jangle::store::{EventStore, SqliteStore};
use rusqlite::{Connection, config::DbConfig};
use std::{path::Path, thread, time::Duration};
use tokio::runtime;

/// How long a connection waits for another one's transaction.
const BUSY_LIMIT: Duration = Duration::from_secs(60);

/// Makes the file with the tables that jangle makes.
fn create(file: &Path) -> Result<(), Failure> {
    runtime::Builder::new_current_thread().build()?.block_on(async {
        SqliteStore::open(file).await?.close().await?;
        Ok(())
    })
}

/// A connection with what jangle sets on its own.
pub(crate) fn connect(file: &Path) -> Result<Connection, Failure> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(BUSY_LIMIT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000;
         PRAGMA journal_size_limit = 67108864; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY",
    )?;
    Ok(connection)
}

/// What a client's thread yielded.
fn join(client: thread::ScopedJoinHandle<'_, Result<Vec<u32>, Failure>>) -> Result<Vec<u32>, Failure> {
    client.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
