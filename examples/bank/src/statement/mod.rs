//! Statement files: checked whole, before any line of them is used.

mod columns;
mod line;
mod mistake;
mod text;

pub use columns::COLUMNS;
pub use line::StatementLine;
pub use mistake::{Mistake, StatementError};

use columns::Columns;
use line::Lines;
use mistake::Mistakes;
use std::path::Path;
use text::{Record, Text};

/// The lines of the statement in `file`.
///
/// # Errors
/// [`StatementError`] where it cannot be read, or with everything that is wrong with it.
pub fn read(file: &Path) -> Result<Vec<StatementLine>, StatementError> {
    let name = file.display().to_string();
    if file.is_dir() {
        return Err(StatementError::Unreadable { file: name, reason: "it is a directory".to_owned() });
    }
    match std::fs::read(file) {
        Ok(bytes) => parse(&name, &bytes),
        Err(error) => Err(StatementError::Unreadable { file: name, reason: error.to_string() }),
    }
}

/// The lines of a statement that has these bytes; `file` is what mistakes are reported with.
///
/// # Errors
/// [`StatementError`] with everything that is wrong with it.
pub fn parse(file: &str, bytes: &[u8]) -> Result<Vec<StatementLine>, StatementError> {
    let mut mistakes = Mistakes::new(file);
    let text = Text::new(bytes);
    let mut records = text.records();
    let Some(header) = records.next().transpose().map_err(|mistake| mistakes.only(mistake))? else {
        return Err(mistakes.only(Mistake::new(1, 1, COLUMNS.join(";"), "an empty file")));
    };
    let columns = Columns::find(&header, &mut mistakes);
    let Some(columns) = columns.filter(|_| mistakes.is_empty()) else {
        return Err(mistakes.into_error());
    };
    let mut lines = Lines::new(&columns);
    for record in records {
        match record {
            Ok(record) => lines.take(&record, &mut mistakes),
            Err(mistake) => mistakes.add(mistake),
        }
    }
    if mistakes.is_empty() { Ok(lines.into_vec()) } else { Err(mistakes.into_error()) }
}

#[cfg(test)]
mod tests;
