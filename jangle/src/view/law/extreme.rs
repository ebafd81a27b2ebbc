//! `max` and `min`: by the order of the stored values.

use super::{Cell, Law, Place};
use crate::view::{Column, ColumnValue, Ordered, Value, ViewError};

/// `#[merge(max)]`: the greatest value; without one, the type's default (`None` of an `Option`).
///
/// ```
/// use jangle::view::law::{Max, Law, Place};
/// let place = |position| Place { position, handler: "h", nth: 0 };
/// let mut cells = <Max as Law<i64>>::lift(Some(3), &place(1))?;
/// <Max as Law<i64>>::merge(&mut cells, &<Max as Law<i64>>::lift(Some(7), &place(2))?);
/// assert_eq!(<Max as Law<i64>>::read(&cells)?, 7);
/// # Ok::<(), jangle::view::ViewError>(())
/// ```
#[derive(Debug)]
pub enum Max {}

/// `#[merge(min)]`: the least value; without one, the type's default (`None` of an `Option`).
///
/// ```
/// use jangle::view::law::{Min, Law, Place};
/// let place = |position| Place { position, handler: "h", nth: 0 };
/// let mut cells = <Min as Law<i64>>::lift(Some(3), &place(1))?;
/// <Min as Law<i64>>::merge(&mut cells, &<Min as Law<i64>>::lift(Some(7), &place(2))?);
/// assert_eq!(<Min as Law<i64>>::read(&cells)?, 3);
/// # Ok::<(), jangle::view::ViewError>(())
/// ```
#[derive(Debug)]
pub enum Min {}

fn lift<T: Column>(value: Option<T::Bare>) -> Result<Vec<Value>, ViewError> {
    Ok(vec![value.map_or(Ok(Value::Null), ColumnValue::into_value)?])
}

/// Without a value yet, an `Option` column reads as none and any other as its type's default.
fn read<T: Column + Default>(cells: &[Value]) -> Result<T, ViewError> {
    match &cells[0] {
        Value::Null => Ok(T::default()),
        value => T::from_bare(Some(T::Bare::from_value(value)?)).ok_or(ViewError::Absent),
    }
}

impl<T: Column + Default> Law<T> for Max
where
    T::Bare: Ordered,
{
    const NAME: &'static str = "max";
    const CELLS: &'static [Cell] = &[Cell { suffix: "", of: <T::Bare as ColumnValue>::TYPE }];

    fn lift(value: Option<T::Bare>, _place: &Place<'_>) -> Result<Vec<Value>, ViewError> {
        lift::<T>(value)
    }

    fn merge(cells: &mut [Value], more: &[Value]) {
        if more[0].order(&cells[0]).is_gt() {
            cells.clone_from_slice(more);
        }
    }

    fn read(cells: &[Value]) -> Result<T, ViewError> {
        read(cells)
    }
}

impl<T: Column + Default> Law<T> for Min
where
    T::Bare: Ordered,
{
    const NAME: &'static str = "min";
    const CELLS: &'static [Cell] = &[Cell { suffix: "", of: <T::Bare as ColumnValue>::TYPE }];

    fn lift(value: Option<T::Bare>, _place: &Place<'_>) -> Result<Vec<Value>, ViewError> {
        lift::<T>(value)
    }

    fn merge(cells: &mut [Value], more: &[Value]) {
        if more[0].order(&cells[0]).is_lt() {
            cells.clone_from_slice(more);
        }
    }

    fn read(cells: &[Value]) -> Result<T, ViewError> {
        read(cells)
    }
}
