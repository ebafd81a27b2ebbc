//! A batch of changes folded by row, so that each row is written once.

use crate::{
    store::{Generation, RowChange},
    view::{ColumnInfo, Value},
};
use std::collections::HashMap;

/// Changes by generation and row.
#[derive(Debug, Default)]
pub(crate) struct Fold {
    rows: HashMap<(Generation, Vec<u8>), RowChange>,
}

impl Fold {
    /// Merges `change` into what was said about its row.
    pub(crate) fn add(&mut self, generation: Generation, change: RowChange, columns: &'static [ColumnInfo]) {
        match self.rows.entry((generation, key_bytes(&change.key))) {
            std::collections::hash_map::Entry::Vacant(row) => {
                row.insert(change);
            }
            std::collections::hash_map::Entry::Occupied(mut row) => merge(row.get_mut(), change, columns),
        }
    }

    /// The rows in the order of their keys, so that two writers lock them in the same order.
    pub(crate) fn into_rows(self) -> Vec<(Generation, RowChange)> {
        let mut rows: Vec<_> = self.rows.into_iter().collect();
        rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        rows.into_iter().map(|((generation, _), change)| (generation, change)).collect()
    }
}

fn merge(row: &mut RowChange, change: RowChange, columns: &[ColumnInfo]) {
    for ((before, more), column) in row.columns.iter_mut().zip(change.columns).zip(columns) {
        match (before, more) {
            (_, None) => {}
            (Some(before), Some(more)) => (column.merge)(before, &more),
            (empty, more) => *empty = more,
        }
    }
}

/// A key as bytes that are equal where it is.
fn key_bytes(key: &[Value]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for value in key {
        match value {
            Value::Null => bytes.push(0),
            Value::Integer(number) => part(&mut bytes, 1, &number.to_be_bytes()),
            Value::Real(number) => part(&mut bytes, 2, &number.to_bits().to_be_bytes()),
            Value::Text(text) => part(&mut bytes, 3, text.as_bytes()),
            Value::Blob(blob) => part(&mut bytes, 4, blob),
        }
    }
    bytes
}

fn part(bytes: &mut Vec<u8>, kind: u8, content: &[u8]) {
    bytes.push(kind);
    bytes.extend_from_slice(&content.len().to_be_bytes());
    bytes.extend_from_slice(content);
}
