//! `sum` and `count`: accumulated in 128 bits, whatever the column's type.

use super::{Cell, Law, Place};
use crate::view::{Column, Summable, Value, ValueType, ViewError};

/// `#[merge(sum)]`: the sum of all values. Out of the column's range, it is an error on read and nothing is lost.
///
/// ```
/// use jangle::view::law::{Sum, Law, Place};
/// let place = |position| Place { position, handler: "h", nth: 0 };
/// let mut cells = <Sum as Law<i64>>::lift(Some(3), &place(1))?;
/// <Sum as Law<i64>>::merge(&mut cells, &<Sum as Law<i64>>::lift(Some(7), &place(2))?);
/// assert_eq!(<Sum as Law<i64>>::read(&cells)?, 10);
/// # Ok::<(), jangle::view::ViewError>(())
/// ```
#[derive(Debug)]
pub enum Sum {}

/// `#[merge(count)]`: how often the setter was called.
///
/// ```
/// use jangle::view::law::{Count, Law, Place};
/// let place = |position| Place { position, handler: "h", nth: 0 };
/// let mut cells = <Count as Law<u32>>::lift(None, &place(1))?;
/// <Count as Law<u32>>::merge(&mut cells, &<Count as Law<u32>>::lift(None, &place(2))?);
/// assert_eq!(<Count as Law<u32>>::read(&cells)?, 2);
/// # Ok::<(), jangle::view::ViewError>(())
/// ```
#[derive(Debug)]
pub enum Count {}

/// The sum's low 64 bits as they read where it fits into them, and what is above them, in units of 2^64: a sum that
/// fits has no carry, and any SQL tool sees it as it is.
const CELLS: &[Cell] = &[Cell { suffix: "", of: ValueType::Integer }, Cell { suffix: "carry", of: ValueType::Integer }];

fn split(total: i128) -> [Value; 2] {
    let low = total as i64;
    let carry = total.wrapping_sub(i128::from(low)) >> 64;
    [Value::Integer(low), Value::Integer(carry as i64)]
}

fn total(cells: &[Value]) -> i128 {
    let part = |cell: &Value| match cell {
        Value::Integer(number) => i128::from(*number),
        _ => 0,
    };
    part(&cells[0]).wrapping_add(part(&cells[1]) << 64)
}

fn add(cells: &mut [Value], more: &[Value]) {
    cells.clone_from_slice(&split(total(cells).wrapping_add(total(more))));
}

fn read<T: Column>(cells: &[Value]) -> Result<T, ViewError>
where
    T::Bare: Summable,
{
    let total = total(cells);
    let value = T::Bare::narrow(total).ok_or_else(|| ViewError::OutOfRange { value: total.to_string() })?;
    T::from_bare(Some(value)).ok_or(ViewError::Absent)
}

impl<T: Column> Law<T> for Sum
where
    T::Bare: Summable,
{
    const NAME: &'static str = "sum";
    const CELLS: &'static [Cell] = CELLS;

    fn lift(value: Option<T::Bare>, _place: &Place<'_>) -> Result<Vec<Value>, ViewError> {
        let value = value.map_or(0, Summable::widen);
        // So that no number of events brings the sum beyond 128 bits.
        match value.unsigned_abs() > u128::from(u64::MAX) {
            true => Err(ViewError::OutOfRange { value: value.to_string() }),
            false => Ok(split(value).to_vec()),
        }
    }

    fn merge(cells: &mut [Value], more: &[Value]) {
        add(cells, more);
    }

    fn read(cells: &[Value]) -> Result<T, ViewError> {
        read(cells)
    }
}

impl<T: Column> Law<T> for Count
where
    T::Bare: Summable,
{
    const NAME: &'static str = "count";
    const CELLS: &'static [Cell] = CELLS;

    fn lift(_value: Option<T::Bare>, _place: &Place<'_>) -> Result<Vec<Value>, ViewError> {
        Ok(split(1).to_vec())
    }

    fn merge(cells: &mut [Value], more: &[Value]) {
        add(cells, more);
    }

    fn read(cells: &[Value]) -> Result<T, ViewError> {
        read(cells)
    }
}
