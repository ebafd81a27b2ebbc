//! How values get into SQLite and out of it.

use super::error::{Failure, Result};
use crate::{Timestamp, view::Value};
use rusqlite::{
    Row, ToSql,
    types::{ToSqlOutput, ValueRef},
};
use std::sync::Arc;
use uuid::Uuid;

/// A value as a parameter of a statement.
pub(super) struct Bound<'a>(pub(super) &'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Real(number) => ValueRef::Real(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// A number as it is stored. SQLite's largest integer is beyond every position there will ever be, and stands for all
/// above it.
pub(super) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A limit as it is stored.
pub(super) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn wrong(row: &Row<'_>, column: usize) -> Failure {
    let statement: &rusqlite::Statement<'_> = row.as_ref();
    let name = statement.column_name(column).unwrap_or("?");
    Failure::damaged(format!("a value of column `{name}` is not what was written; was it changed by another program?"))
}

/// A number that is not negative.
pub(super) fn number(row: &Row<'_>, column: usize) -> Result<u64> {
    match row.get_ref(column)? {
        ValueRef::Integer(number) => u64::try_from(number).map_err(|_| wrong(row, column)),
        _ => Err(wrong(row, column)),
    }
}

/// A number that is not negative, or none.
pub(super) fn optional_number(row: &Row<'_>, column: usize) -> Result<Option<u64>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => number(row, column).map(Some),
    }
}

/// A number that is not negative and has fewer bits.
pub(super) fn small<T: TryFrom<u64>>(row: &Row<'_>, column: usize) -> Result<T> {
    T::try_from(number(row, column)?).map_err(|_| wrong(row, column))
}

/// A point in time, or none.
pub(super) fn time(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        ValueRef::Integer(micros) => Ok(Some(Timestamp::from_micros(micros))),
        _ => Err(wrong(row, column)),
    }
}

/// A point in time that must be there.
pub(super) fn time_at(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    time(row, column)?.ok_or_else(|| wrong(row, column))
}

/// Text.
pub(super) fn text<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a str> {
    row.get_ref(column)?.as_str().map_err(|_| wrong(row, column))
}

/// Text that is shared.
pub(super) fn name(row: &Row<'_>, column: usize) -> Result<Arc<str>> {
    text(row, column).map(Arc::from)
}

/// Text, or none.
pub(super) fn optional_text(row: &Row<'_>, column: usize) -> Result<Option<String>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => text(row, column).map(|text| Some(text.to_owned())),
    }
}

/// An identifier, or none.
pub(super) fn optional_id(row: &Row<'_>, column: usize) -> Result<Option<Uuid>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        ValueRef::Blob(bytes) => Uuid::from_slice(bytes).map(Some).map_err(|_| wrong(row, column)),
        _ => Err(wrong(row, column)),
    }
}

/// An identifier.
pub(super) fn id(row: &Row<'_>, column: usize) -> Result<Uuid> {
    optional_id(row, column)?.ok_or_else(|| wrong(row, column))
}

/// All values of a row.
pub(super) fn values(row: &Row<'_>, columns: usize) -> Result<Vec<Value>> {
    (0..columns)
        .map(|column| {
            Ok(match row.get_ref(column)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Integer(number),
                ValueRef::Real(number) => Value::Real(number),
                ValueRef::Text(_) => Value::Text(text(row, column)?.to_owned()),
                ValueRef::Blob(bytes) => Value::Blob(bytes.to_owned()),
            })
        })
        .collect()
}

/// `name` as an SQL identifier.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
