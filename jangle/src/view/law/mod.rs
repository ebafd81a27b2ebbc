//! Merge laws: how two values of a column become one, in any order.

mod any;
mod extreme;
mod newest;
mod total;

pub use any::Any;
pub use extreme::{Max, Min};
pub use newest::{First, Latest};
pub use total::{Count, Sum};

use super::{Column, Value, ValueType, ViewError};

/// Where a merge comes from: what `latest` and `first` order by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The event's position.
    pub position: u64,
    /// The handler's id.
    pub handler: &'a str,
    /// The how manieth merge of that handler for that event this is, from 0.
    pub nth: u32,
}

/// One stored column of a law: what is appended to the column's name, and its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cell {
    /// Empty for the value itself; otherwise the stored column is named `column__suffix`.
    pub suffix: &'static str,
    /// What it holds.
    pub of: ValueType,
}

/// How values of a column of type `T` become one.
///
/// [`merge`](Law::merge) must be associative and commutative; repetition is kept away from it by the progress of the
/// handlers. A law keeps its value in one or more [`Cell`]s; a cell that nothing was merged into is [`Value::Null`].
#[diagnostic::on_unimplemented(
    message = "the law `{Self}` does not merge a column of type `{T}`",
    label = "not a type for this law",
    note = "`sum` and `count` take integers, `any` takes `bool`, and `latest` and `first` take an `Option`"
)]
pub trait Law<T: Column> {
    /// The law's name in `#[merge(…)]`.
    const NAME: &'static str;
    /// What is stored for a column.
    const CELLS: &'static [Cell];

    /// The cells of one value (none for `count`).
    ///
    /// # Errors
    /// [`ViewError::OutOfRange`] where the value does not fit.
    fn lift(value: Option<T::Bare>, place: &Place<'_>) -> Result<Vec<Value>, ViewError>;

    /// Merges `more` into `cells`. Neither is empty.
    fn merge(cells: &mut [Value], more: &[Value]);

    /// The column's value, from cells that may hold nothing yet.
    ///
    /// # Errors
    /// [`ViewError`] where the stored value is out of the type's range.
    fn read(cells: &[Value]) -> Result<T, ViewError>;
}
