//! Merge laws: how two values of a column become one, in any order.
//!
//! | `#[merge(…)]` | the column's value | types |
//! |---|---|---|
//! | [`latest`](Latest) | what the last event said | `Option<T>` |
//! | [`first`](First) | what the first event said | `Option<T>` |
//! | [`sum`](Sum) | the sum of all values | integers, [`Summable`](super::Summable) |
//! | [`count`](Count) | how often something was said | integers |
//! | [`max`](Max) | the greatest value | [`Ordered`](super::Ordered) with a `Default`, or `Option` of it |
//! | [`min`](Min) | the least value | as for `max` |
//! | [`any`](Any) | whether any value was true | `bool` |
//!
//! Handlers run beside each other, so rows are merged in any order. A law that is associative and commutative gives the
//! same row in all of them (M. Shapiro et al., "Conflict-Free Replicated Data Types", 2011, where such a merge is that of
//! a state-based counter or register).

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
///
/// ```
/// use jangle::view::law::Place;
/// let place = Place { position: 6145, handler: "count_deposits", nth: 0 };
/// # let _ = place;
/// ```
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
///
/// ```
/// use jangle::view::{ValueType, law::{Cell, Law, Sum}};
/// let cells = <Sum as Law<i64>>::CELLS;
/// assert_eq!(cells[0], Cell { suffix: "", of: ValueType::Integer });
/// assert_eq!(cells[1].suffix, "carry");
/// ```
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
///
/// ```
/// use jangle::view::law::{Max, Law, Place};
/// let place = |position| Place { position, handler: "h", nth: 0 };
/// let mut cells = <Max as Law<i64>>::lift(Some(3), &place(1))?;
/// <Max as Law<i64>>::merge(&mut cells, &<Max as Law<i64>>::lift(Some(7), &place(2))?);
/// assert_eq!(<Max as Law<i64>>::read(&cells)?, 7);
/// # Ok::<(), jangle::view::ViewError>(())
/// ```
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
    ///
    /// ```
    /// use jangle::view::{Value, law::{Law, Place, Sum}};
    /// let place = Place { position: 1, handler: "h", nth: 0 };
    /// // The low 64 bits, and what is above them.
    /// assert_eq!(<Sum as Law<i64>>::lift(Some(7), &place)?, [Value::Integer(7), Value::Integer(0)]);
    /// # Ok::<(), jangle::view::ViewError>(())
    /// ```
    fn lift(value: Option<T::Bare>, place: &Place<'_>) -> Result<Vec<Value>, ViewError>;

    /// Merges `more` into `cells`. Neither is empty.
    ///
    /// ```
    /// use jangle::view::{Value, law::{Law, Min}};
    /// let mut cells = [Value::Integer(7)];
    /// <Min as Law<i64>>::merge(&mut cells, &[Value::Integer(3)]);
    /// assert_eq!(cells, [Value::Integer(3)]);
    /// ```
    fn merge(cells: &mut [Value], more: &[Value]);

    /// The column's value, from cells that may hold nothing yet.
    ///
    /// # Errors
    /// [`ViewError`] where the stored value is out of the type's range.
    ///
    /// ```
    /// use jangle::view::{Value, law::{Law, Min}};
    /// assert_eq!(<Min as Law<i64>>::read(&[Value::Integer(3)])?, 3);
    /// assert_eq!(<Min as Law<Option<i64>>>::read(&[Value::Null])?, None);
    /// # Ok::<(), jangle::view::ViewError>(())
    /// ```
    fn read(cells: &[Value]) -> Result<T, ViewError>;
}
