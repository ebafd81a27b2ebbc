//! The end of a transaction.

use super::error::{Failure, Result};
use crate::store::StoreError;
use rusqlite::Connection;

/// Commits the transaction of `connection`: the only place where anything becomes durable. `point` names what is
/// committed.
///
/// When it fails, nothing is stored and the transaction is rolled back, except after an error of the disk: then it is
/// not known whether it is stored ([`StoreError::Unknown`]), and the connection must not be used again.
pub(super) fn commit(connection: &Connection, point: &'static str) -> Result<()> {
    let committed = connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
    let Err(error) = committed else { return Ok(()) };
    let failure = Failure::Driver(error);
    if failure.is_io() {
        let reason = format!("{} ({point}); send it again under the same id", StoreError::from(failure));
        return Err(StoreError::Unknown { reason }.into());
    }
    rollback(connection);
    Err(failure)
}

/// Ends the transaction of `connection`, if it still has one, without a trace.
pub(super) fn rollback(connection: &Connection) {
    if !connection.is_autocommit() {
        // Where this fails SQLite has rolled back already, or the connection is lost and will be found to be.
        let _ = connection.execute_batch("ROLLBACK");
    }
}
