//! `any`: true once any value was.

use super::{Cell, Law, Place};
use crate::view::{ColumnValue, Value, ValueType, ViewError};

/// `#[merge(any)]`: whether any value was true; false until then.
///
/// ```
/// use jangle::view::law::{Any, Law, Place};
/// let place = |position| Place { position, handler: "h", nth: 0 };
/// let mut cells = <Any as Law<bool>>::lift(Some(true), &place(1))?;
/// <Any as Law<bool>>::merge(&mut cells, &<Any as Law<bool>>::lift(Some(false), &place(2))?);
/// assert_eq!(<Any as Law<bool>>::read(&cells)?, true);
/// # Ok::<(), jangle::view::ViewError>(())
/// ```
#[derive(Debug)]
pub enum Any {}

impl Law<bool> for Any {
    const NAME: &'static str = "any";
    const CELLS: &'static [Cell] = &[Cell { suffix: "", of: ValueType::Integer }];

    fn lift(value: Option<bool>, _place: &Place<'_>) -> Result<Vec<Value>, ViewError> {
        Ok(vec![value.unwrap_or_default().into_value()?])
    }

    fn merge(cells: &mut [Value], more: &[Value]) {
        if more[0].order(&cells[0]).is_gt() {
            cells.clone_from_slice(more);
        }
    }

    fn read(cells: &[Value]) -> Result<bool, ViewError> {
        match &cells[0] {
            Value::Null => Ok(false),
            value => bool::from_value(value),
        }
    }
}
