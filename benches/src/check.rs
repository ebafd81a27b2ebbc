//! Whether what was answered is stored: speed counts for nothing where it is not.

use crate::Failure;
use rusqlite::Connection;
use std::path::Path;

/// Fails unless there is an event and a receipt for each command, and the view, if there is one, has all of them.
pub(crate) fn stored(file: &Path, answered: usize, has_view: bool) -> Result<(), Failure> {
    let connection = Connection::open(file)?;
    let count = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let events = count("SELECT count(*) FROM jangle_events")?;
    let receipts = count("SELECT count(*) FROM jangle_receipts")?;
    let in_view = if has_view { count("SELECT sum(payments) FROM balances")? } else { events };
    // Answers outside the measured time are stored, too.
    if answered == 0 || events < i64::try_from(answered)? || receipts != events || in_view != events {
        let found = format!("{events} events, {receipts} receipts and {in_view} in the view");
        return Err(format!("{answered} commands were answered, and there are {found}").into());
    }
    Ok(())
}
