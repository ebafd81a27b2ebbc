//! The header of a statement: which column is where.

use super::{Record, mistake::Mistakes};

/// The columns that a statement must have, in any order; others are left alone.
pub const COLUMNS: [&str; 10] =
    ["trans_id", "account_id", "date", "type", "operation", "amount", "balance", "k_symbol", "bank", "account"];

/// Where each of [`COLUMNS`] is.
pub(super) struct Columns {
    places: [usize; COLUMNS.len()],
    fields: usize,
}

impl Columns {
    /// Finds the columns in the header; whatever is missing or twice is a mistake.
    pub(super) fn find(header: &Record<'_>, mistakes: &mut Mistakes) -> Option<Self> {
        let names: Result<Vec<&str>, _> = (0..header.len()).map(|index| header.text(index)).collect();
        let names: Vec<&str> = match names {
            Ok(names) => names.into_iter().map(str::trim).collect(),
            Err(mistake) => {
                mistakes.add(mistake);
                return None;
            }
        };
        if !COLUMNS.iter().any(|column| names.contains(column)) {
            let expected = format!("a header with the columns {}", COLUMNS.join(";"));
            mistakes.add(header.wrong(0, expected, &names.join(";")));
            return None;
        }
        let mut places = [0; COLUMNS.len()];
        for (column, place) in COLUMNS.iter().zip(&mut places) {
            let mut found = (0..names.len()).filter(|&index| names[index] == *column);
            match (found.next(), found.next()) {
                (Some(index), None) => *place = index,
                (Some(_), Some(again)) => mistakes.add(header.wrong(again, "each column once", column)),
                (None, _) => {
                    let expected = format!("a column `{column}`");
                    mistakes.add(header.mistake(names.len(), expected, "the end of the header"));
                }
            }
        }
        Some(Self { places, fields: names.len() })
    }

    /// How many fields each line has.
    pub(super) fn fields(&self) -> usize {
        self.fields
    }

    /// Where the column with this name is.
    pub(super) fn place(&self, column: &str) -> usize {
        let index = COLUMNS.iter().position(|name| *name == column);
        self.places[index.unwrap_or_default()]
    }
}
