//! The end of a transaction.

use super::error::Result;
use crate::store::StoreError;
use rusqlite::Connection;

/// Commits the transaction of `connection`. Only in this module does anything become durable. `point` names what is
/// committed.
///
/// When it fails, nothing is stored and the transaction is rolled back, except after an error of the disk: then it is
/// not known whether it is stored ([`StoreError::Unknown`]), and the connection must not be used again.
pub(super) fn commit(connection: &Connection, point: &'static str) -> Result<()> {
    let Err(failure) = end(connection) else { return Ok(()) };
    if failure.is_io() {
        let reason = format!("{} ({point})", StoreError::from(failure));
        return Err(StoreError::Unknown { reason }.into());
    }
    rollback(connection);
    Err(failure)
}

/// As [`commit`], of a step that is simply taken again where it is not known whether it is stored.
pub(super) fn commit_repeatable(connection: &Connection) -> Result<()> {
    end(connection).inspect_err(|_| rollback(connection))
}

fn end(connection: &Connection) -> Result<()> {
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(())
}

/// Ends the transaction of `connection`, if it still has one, without a trace.
pub(super) fn rollback(connection: &Connection) {
    if !connection.is_autocommit() {
        // Where this fails SQLite has rolled back already, or the connection is lost and will be found to be.
        let _ = connection.execute_batch("ROLLBACK");
    }
}
