//! What `#[derive(View)]` writes for a struct: its columns, how a row is read, and how one is changed.

use super::{
    Column, ColumnValue, Key, Value, ValueType, ViewError,
    law::{Cell, Law, Place},
};
use crate::model::Meta;
use std::{fmt, marker::PhantomData};

/// A table that projections write and queries read. Written by `#[derive(View)]`.
///
/// ```
/// use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// #[derive(Debug, Clone, PartialEq, View)]
/// #[view(name = "balances")]
/// struct Balance {
///     #[key]
///     account: String,
///     #[merge(sum)]
///     cents: i64,
/// }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Deposited { cents: i64 }
/// #[event_handler]
/// async fn deposited(event: Recorded<Deposited>, balances: Merge<Balance>) -> Result<(), HandlerError> {
///     balances.merge(Balance::at(event.aggregate_id()).cents(event.cents)).await?;
///     Ok(())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view",
    label = "not a view",
    note = "write `#[derive(View)]` on it"
)]
pub trait ViewRow: Sized + Send + 'static {
    /// What identifies a row: the `#[key]` column's type, or a tuple of several.
    type Key: Key + Send;
    /// The view's name, and where it stands.
    const META: Meta;
    /// The `#[key]` columns.
    const KEY: &'static [KeyInfo];
    /// The other columns.
    const COLUMNS: &'static [ColumnInfo];

    /// A row from its stored values.
    ///
    /// # Errors
    /// [`ViewError`] where a value is out of its column's range.
    #[doc(hidden)]
    fn read(row: &mut RowReader) -> Result<Self, ViewError>;
}

/// A `#[key]` column.
///
/// ```
/// use jangle::view::{KeyInfo, ValueType};
/// let account = KeyInfo::of::<String>("account");
/// assert_eq!((account.name, account.of), ("account", ValueType::Text));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct KeyInfo {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub of: ValueType,
}

impl KeyInfo {
    /// The column `name` of type `T`.
    ///
    /// ```
    /// use jangle::view::{KeyInfo, ValueType};
    /// assert_eq!(KeyInfo::of::<u32>("year").of, ValueType::Integer);
    /// ```
    pub const fn of<T: ColumnValue>(name: &'static str) -> Self {
        Self { name, of: T::TYPE }
    }
}

/// A column with a law.
///
/// ```
/// use jangle::view::{ColumnInfo, Value, law::{Law, Max}};
/// const HIGHEST: ColumnInfo = ColumnInfo {
///     name: "highest",
///     law: <Max as Law<i64>>::NAME,
///     cells: <Max as Law<i64>>::CELLS,
///     merge: <Max as Law<i64>>::merge,
/// };
/// let mut cells = [Value::Integer(3)];
/// (HIGHEST.merge)(&mut cells, &[Value::Integer(7)]);
/// assert_eq!(cells, [Value::Integer(7)]);
/// ```
#[derive(Clone, Copy)]
pub struct ColumnInfo {
    /// Its name.
    pub name: &'static str,
    /// The law's name.
    pub law: &'static str,
    /// What is stored for it.
    pub cells: &'static [Cell],
    /// The law.
    pub merge: fn(&mut [Value], &[Value]),
}

impl fmt::Debug for ColumnInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.law)
    }
}

/// A column with its type `T` and the type `I` that its setter takes, in one constant.
pub struct TypedColumn<T, I> {
    /// For the schema.
    pub info: ColumnInfo,
    lift: fn(Option<I>, &Place<'_>) -> Result<Vec<Value>, ViewError>,
    read: fn(&[Value]) -> Result<T, ViewError>,
}

impl<T, I> fmt::Debug for TypedColumn<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.info.fmt(f)
    }
}

impl<T, I> TypedColumn<T, I> {
    /// The column `name` under law `L`.
    pub const fn of<L: Law<T>>(name: &'static str) -> Self
    where
        T: Column<Bare = I>,
    {
        Self { info: ColumnInfo { name, law: L::NAME, cells: L::CELLS, merge: L::merge }, lift: L::lift, read: L::read }
    }
}

/// Reads a stored row, column by column: keys first, then the others, each in declaration order.
#[derive(Debug)]
pub struct RowReader {
    view: &'static str,
    values: Vec<Value>,
    next: usize,
    key: &'static [KeyInfo],
    next_key: usize,
}

impl RowReader {
    pub(crate) fn new<V: ViewRow>(values: Vec<Value>) -> Self {
        Self { view: V::META.name, values, next: 0, key: V::KEY, next_key: 0 }
    }

    /// The next `#[key]` column.
    ///
    /// # Errors
    /// [`ViewError`] where the stored value is none of type `T`.
    pub fn key<T: ColumnValue>(&mut self) -> Result<T, ViewError> {
        let value = T::from_value(&self.values[self.next])
            .map_err(|error| error.in_column(self.view, self.key[self.next_key].name))?;
        self.next += 1;
        self.next_key += 1;
        Ok(value)
    }

    /// The next other column.
    ///
    /// # Errors
    /// [`ViewError`] where the stored value is none of type `T`.
    pub fn column<T, I>(&mut self, column: &TypedColumn<T, I>) -> Result<T, ViewError> {
        let end = self.next + column.info.cells.len();
        let value = (column.read)(&self.values[self.next..end])
            .map_err(|error| error.in_column(self.view, column.info.name))?;
        self.next = end;
        Ok(value)
    }
}

/// How many bits of a place number the setters of one change.
const SETS_BITS: u32 = 8;

/// What an event says about one row: some of its columns. Made by `Row::at(key)` and the setters.
#[must_use = "a change does nothing until it is merged"]
pub struct Change<V> {
    key: Result<Vec<Value>, ViewError>,
    sets: Vec<Set>,
    view: PhantomData<fn() -> V>,
}

type Lift = Box<dyn FnOnce(&Place<'_>) -> Result<Vec<Value>, ViewError> + Send>;

struct Set {
    column: usize,
    name: &'static str,
    lift: Lift,
}

impl<V> fmt::Debug for Change<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<_> = self.sets.iter().map(|set| set.name).collect();
        f.debug_struct("Change").field("columns", &columns).finish_non_exhaustive()
    }
}

impl<V: ViewRow> Change<V> {
    /// A change of the row with this key, so far of no column.
    pub fn at(key: &V::Key) -> Self {
        Self { key: key.key_values(), sets: Vec::new(), view: PhantomData }
    }

    /// Says `value` about the column with number `index`.
    pub fn set<T: 'static, I: Send + 'static>(mut self, index: usize, column: &TypedColumn<T, I>, value: I) -> Self {
        let lift = column.lift;
        self.sets.push(Set {
            column: index,
            name: column.info.name,
            lift: Box::new(move |place| lift(Some(value), place)),
        });
        self
    }

    /// Says something without a value about the column with number `index`: `count`.
    pub fn mark<T: 'static, I: Send + 'static>(mut self, index: usize, column: &TypedColumn<T, I>) -> Self {
        let lift = column.lift;
        self.sets.push(Set { column: index, name: column.info.name, lift: Box::new(move |place| lift(None, place)) });
        self
    }

    /// The change with its stored values.
    pub(crate) fn lifted(self, place: &Place<'_>) -> Result<crate::store::RowChange, ViewError> {
        let view = V::META.name;
        let key = self.key.map_err(|error| error.in_column(view, V::KEY[0].name))?;
        let mut columns: Vec<Option<Vec<Value>>> = vec![None; V::COLUMNS.len()];
        for (set, nth) in self.sets.into_iter().zip(place.nth << SETS_BITS..) {
            // Of two values that one change sets, `latest` takes the second.
            let cells = (set.lift)(&Place { nth, ..*place }).map_err(|error| error.in_column(view, set.name))?;
            match &mut columns[set.column] {
                Some(before) => (V::COLUMNS[set.column].merge)(before, &cells),
                empty => *empty = Some(cells),
            }
        }
        Ok(crate::store::RowChange { view, key, columns })
    }
}
