//! The values of a table's columns, and the Rust types that become them.

use super::ViewError;
use crate::Timestamp;
use std::cmp::Ordering;
use uuid::Uuid;

/// What a column of a stored table holds.
///
/// ```
/// use jangle::view::{ColumnValue, Value};
/// assert_eq!(true.into_value()?, Value::Integer(1));
/// assert_eq!("ann".to_owned().into_value()?, Value::Text("ann".to_owned()));
/// # Ok::<(), jangle::view::ViewError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing yet.
    Null,
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// Text, ordered by its bytes.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Value {
    /// The order in which stores keep values: nothing first, numbers by size, text and blobs by their bytes.
    ///
    /// ```
    /// use jangle::view::Value;
    /// assert!(Value::Null.order(&Value::Integer(-5)).is_lt());
    /// assert!(Value::Text("b".into()).order(&Value::Text("a".into())).is_gt());
    /// ```
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => a.cmp(b),
            (Self::Real(a), Self::Real(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Self::Blob(a), Self::Blob(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Integer(_) => 1,
            Self::Real(_) => 2,
            Self::Text(_) => 3,
            Self::Blob(_) => 4,
        }
    }
}

/// The type of a stored column.
///
/// ```
/// use jangle::{Timestamp, view::{ColumnValue, ValueType}};
/// assert_eq!(<Timestamp as ColumnValue>::TYPE, ValueType::Integer);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// [`Value::Integer`].
    Integer,
    /// [`Value::Real`].
    Real,
    /// [`Value::Text`].
    Text,
    /// [`Value::Blob`].
    Blob,
}

/// A Rust type that a column can hold. Implement it for a newtype to use it in views.
///
/// ```
/// use jangle::view::{ColumnValue, Value, ValueType, ViewError};
/// struct Cents(i64);
/// impl ColumnValue for Cents {
///     const TYPE: ValueType = ValueType::Integer;
///     fn into_value(self) -> Result<Value, ViewError> {
///         self.0.into_value()
///     }
///     fn from_value(value: &Value) -> Result<Self, ViewError> {
///         i64::from_value(value).map(Self)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column of a view",
    label = "no column holds this",
    note = "columns hold integers, `bool`, `f64`, `String`, `Vec<u8>`, `Timestamp`, `Uuid` and types that implement `jangle::view::ColumnValue`"
)]
pub trait ColumnValue: Sized + Send + 'static {
    /// What it is stored as.
    const TYPE: ValueType;

    /// The stored value.
    ///
    /// # Errors
    /// [`ViewError::OutOfRange`] where it does not fit.
    fn into_value(self) -> Result<Value, ViewError>;

    /// The value that is stored.
    ///
    /// # Errors
    /// [`ViewError::OutOfRange`] or [`ViewError::WrongType`] where the stored value is none of this type.
    fn from_value(value: &Value) -> Result<Self, ViewError>;
}

/// A column's type: a [`ColumnValue`], or an `Option` of one.
///
/// ```
/// use jangle::view::Column;
/// assert_eq!(<Option<i64> as Column>::from_bare(None), Some(None));
/// assert_eq!(<i64 as Column>::from_bare(None), None);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column of a view",
    label = "no column holds this",
    note = "columns hold integers, `bool`, `f64`, `String`, `Vec<u8>`, `Timestamp`, `Uuid`, types that implement `jangle::view::ColumnValue`, and an `Option` of any of these"
)]
pub trait Column: Sized + Send + 'static {
    /// The type without its `Option`.
    type Bare: ColumnValue;

    /// The column from a value that may be absent; none where this type has no way to be absent.
    fn from_bare(value: Option<Self::Bare>) -> Option<Self>;
}

impl<T: ColumnValue> Column for T {
    type Bare = T;

    fn from_bare(value: Option<T>) -> Option<T> {
        value
    }
}

impl<T: ColumnValue> Column for Option<T> {
    type Bare = T;

    fn from_bare(value: Option<T>) -> Option<Self> {
        Some(value)
    }
}

/// A type that can be a `#[key]`: its equality survives storage.
///
/// ```
/// use jangle::view::{ColumnValue, KeyValue, Value, ValueType, ViewError};
/// #[derive(Debug, Clone)]
/// struct Iban(String);
/// impl KeyValue for Iban {}
/// impl ColumnValue for Iban {
///     // As in the example of `ColumnValue`.
/// #   const TYPE: ValueType = ValueType::Text;
/// #   fn into_value(self) -> Result<Value, ViewError> { self.0.into_value() }
/// #   fn from_value(value: &Value) -> Result<Self, ViewError> { String::from_value(value).map(Self) }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a `#[key]`",
    label = "cannot identify a row",
    note = "keys are integers, `bool`, `String`, `Timestamp`, `Uuid` and types that implement `jangle::view::KeyValue`"
)]
pub trait KeyValue: ColumnValue + Clone {}

/// A type whose stored values have the order of the type, so that `max` and `min` can choose.
///
/// ```
/// use jangle::view::{ColumnValue, Ordered, Value, ValueType, ViewError};
/// #[derive(Debug, Clone)]
/// struct Iban(String);
/// impl Ordered for Iban {}
/// impl ColumnValue for Iban {
///     // As in the example of `ColumnValue`.
/// #   const TYPE: ValueType = ValueType::Text;
/// #   fn into_value(self) -> Result<Value, ViewError> { self.0.into_value() }
/// #   fn from_value(value: &Value) -> Result<Self, ViewError> { String::from_value(value).map(Self) }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no order that `max` and `min` could use",
    label = "cannot be compared in a column",
    note = "implement `jangle::view::Ordered` for it if its stored values have its order"
)]
pub trait Ordered: ColumnValue {}

/// An integer type that can be summed in any order.
///
/// ```
/// use jangle::view::{ColumnValue, Summable, Value, ValueType, ViewError};
/// struct Cents(i64);
/// impl Summable for Cents {
///     fn widen(self) -> i128 {
///         self.0.into()
///     }
///     fn narrow(sum: i128) -> Option<Self> {
///         i64::try_from(sum).ok().map(Self)
///     }
/// }
/// impl ColumnValue for Cents {
///     // As in the example of `ColumnValue`.
/// #   const TYPE: ValueType = ValueType::Integer;
/// #   fn into_value(self) -> Result<Value, ViewError> { self.0.into_value() }
/// #   fn from_value(value: &Value) -> Result<Self, ViewError> { i64::from_value(value).map(Self) }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be summed in any order",
    label = "its sum depends on the order, or it is no number",
    note = "take an integer, such as an amount in minor units, or implement `jangle::view::Summable` for a newtype of one"
)]
pub trait Summable: ColumnValue {
    /// The summand, of at most 64 bits and a sign; a larger one is refused when it is merged.
    fn widen(self) -> i128;

    /// The sum, where it fits.
    fn narrow(sum: i128) -> Option<Self>;
}

/// A column type that may have no value yet.
///
/// ```
/// use jangle::prelude::*;
/// #[derive(Debug, View)]
/// struct Name {
///     #[key]
///     account: String,
///     #[merge(latest)]
///     name: Option<String>,
/// }
/// # fn main() {}
/// ```
#[diagnostic::on_unimplemented(
    message = "a `latest` or `first` column may have no value yet: write `Option<{Self}>`",
    label = "not an `Option`"
)]
pub trait MayBeAbsent: Column {}

impl<T: ColumnValue> MayBeAbsent for Option<T> {}

macro_rules! integers {
    ($($ty:ty)*) => { $(
        impl ColumnValue for $ty {
            const TYPE: ValueType = ValueType::Integer;

            fn into_value(self) -> Result<Value, ViewError> {
                i64::try_from(self).map(Value::Integer).map_err(|_| ViewError::OutOfRange { value: self.to_string() })
            }

            fn from_value(value: &Value) -> Result<Self, ViewError> {
                match value {
                    Value::Integer(number) => Self::try_from(*number)
                        .map_err(|_| ViewError::OutOfRange { value: number.to_string() }),
                    _ => Err(ViewError::WrongType { expected: ValueType::Integer }),
                }
            }
        }

        impl KeyValue for $ty {}

        impl Ordered for $ty {}

        impl Summable for $ty {
            fn widen(self) -> i128 {
                i128::from(self)
            }

            fn narrow(sum: i128) -> Option<Self> {
                Self::try_from(sum).ok()
            }
        }
    )* };
}

integers!(i8 i16 i32 i64 u8 u16 u32 u64);

macro_rules! column_values {
    ($($ty:ty, $kind:ident, |$own:ident| $into:expr, |$stored:ident| $from:expr;)*) => { $(
        impl ColumnValue for $ty {
            const TYPE: ValueType = ValueType::$kind;

            fn into_value(self) -> Result<Value, ViewError> {
                let $own = self;
                Ok(Value::$kind($into))
            }

            fn from_value(value: &Value) -> Result<Self, ViewError> {
                match value {
                    Value::$kind($stored) => $from,
                    _ => Err(ViewError::WrongType { expected: ValueType::$kind }),
                }
            }
        }
    )* };
}

column_values! {
    bool, Integer, |own| i64::from(own), |stored| Ok(*stored != 0);
    f64, Real, |own| own, |stored| Ok(*stored);
    String, Text, |own| own, |stored| Ok(stored.clone());
    Vec<u8>, Blob, |own| own, |stored| Ok(stored.clone());
    Timestamp, Integer, |own| own.as_micros(), |stored| Ok(Timestamp::from_micros(*stored));
    Uuid, Text, |own| own.to_string(), |stored| stored.parse().map_err(|_| ViewError::OutOfRange { value: stored.clone() });
}

impl KeyValue for bool {}
impl KeyValue for String {}
impl KeyValue for Timestamp {}
impl KeyValue for Uuid {}
impl Ordered for bool {}
impl Ordered for String {}
impl Ordered for Vec<u8> {}
impl Ordered for Timestamp {}
impl Ordered for Uuid {}
