//! `latest` and `first`: by the events' order, not by that of the merges.

use super::{Cell, Law, Place};
use crate::view::{Column, ColumnValue, MayBeAbsent, Value, ValueType, ViewError};

/// `#[merge(latest)]`: the value of the last event that said anything.
///
/// ```
/// use jangle::view::law::{Latest, Law, Place};
/// let place = |position| Place { position, handler: "h", nth: 0 };
/// let mut cells = <Latest as Law<Option<i64>>>::lift(Some(3), &place(1))?;
/// <Latest as Law<Option<i64>>>::merge(&mut cells, &<Latest as Law<Option<i64>>>::lift(Some(7), &place(2))?);
/// assert_eq!(<Latest as Law<Option<i64>>>::read(&cells)?, Some(7));
/// # Ok::<(), jangle::view::ViewError>(())
/// ```
#[derive(Debug)]
pub enum Latest {}

/// `#[merge(first)]`: the value of the first event that said anything.
///
/// ```
/// use jangle::view::law::{First, Law, Place};
/// let place = |position| Place { position, handler: "h", nth: 0 };
/// let mut cells = <First as Law<Option<i64>>>::lift(Some(3), &place(1))?;
/// <First as Law<Option<i64>>>::merge(&mut cells, &<First as Law<Option<i64>>>::lift(Some(7), &place(2))?);
/// assert_eq!(<First as Law<Option<i64>>>::read(&cells)?, Some(3));
/// # Ok::<(), jangle::view::ViewError>(())
/// ```
#[derive(Debug)]
pub enum First {}

/// Position, then handler id, then the number of the merge, as bytes that compare in that order.
fn encoded(place: &Place<'_>) -> Vec<u8> {
    let mut key = place.position.to_be_bytes().to_vec();
    key.extend_from_slice(place.handler.as_bytes());
    key.push(0);
    key.extend_from_slice(&place.nth.to_be_bytes());
    key
}

fn lift<T: Column>(value: Option<T::Bare>, place: &Place<'_>) -> Result<Vec<Value>, ViewError> {
    let value = value.map_or(Ok(Value::Null), ColumnValue::into_value)?;
    Ok(vec![value, Value::Blob(encoded(place))])
}

fn read<T: Column>(cells: &[Value]) -> Result<T, ViewError> {
    let value = match &cells[0] {
        Value::Null => None,
        value => Some(T::Bare::from_value(value)?),
    };
    T::from_bare(value).ok_or(ViewError::Absent)
}

impl<T: MayBeAbsent> Law<T> for Latest {
    const NAME: &'static str = "latest";
    const CELLS: &'static [Cell] =
        &[Cell { suffix: "", of: <T::Bare as ColumnValue>::TYPE }, Cell { suffix: "at", of: ValueType::Blob }];

    fn lift(value: Option<T::Bare>, place: &Place<'_>) -> Result<Vec<Value>, ViewError> {
        lift::<T>(value, place)
    }

    fn merge(cells: &mut [Value], more: &[Value]) {
        if more[1].order(&cells[1]).is_gt() {
            cells.clone_from_slice(more);
        }
    }

    fn read(cells: &[Value]) -> Result<T, ViewError> {
        read(cells)
    }
}

impl<T: MayBeAbsent> Law<T> for First {
    const NAME: &'static str = "first";
    const CELLS: &'static [Cell] =
        &[Cell { suffix: "", of: <T::Bare as ColumnValue>::TYPE }, Cell { suffix: "at", of: ValueType::Blob }];

    fn lift(value: Option<T::Bare>, place: &Place<'_>) -> Result<Vec<Value>, ViewError> {
        lift::<T>(value, place)
    }

    fn merge(cells: &mut [Value], more: &[Value]) {
        if more[1].order(&cells[1]).is_lt() {
            cells.clone_from_slice(more);
        }
    }

    fn read(cells: &[Value]) -> Result<T, ViewError> {
        read(cells)
    }
}
