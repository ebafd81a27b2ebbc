//! What can go wrong with a row.

use super::ValueType;
use crate::store::StoreError;

/// Why a row could not be merged or read.
///
/// ```
/// use jangle::view::{ColumnValue, Value, ViewError};
/// let error = u8::from_value(&Value::Integer(300)).unwrap_err();
/// assert!(matches!(error, ViewError::OutOfRange { .. }));
/// assert_eq!(error.to_string(), "300 is out of the range of its column's type");
/// ```
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ViewError {
    /// A value does not fit into its column's type.
    #[error("{value} is out of the range of its column's type")]
    OutOfRange {
        /// The value.
        value: String,
    },
    /// A stored value has another type than its column.
    #[error("expected a stored value of type {expected:?}; was the table changed by another program?")]
    WrongType {
        /// The column's type.
        expected: ValueType,
    },
    /// A column that must have a value has none.
    #[error("there is no value, and its type must have one")]
    Absent,
    /// One of the above, with the place where it happened.
    #[error("column `{column}` of view `{view}`: {source}")]
    InColumn {
        /// The view's name.
        view: &'static str,
        /// The column's name.
        column: &'static str,
        /// What happened.
        source: Box<ViewError>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ViewError {
    pub(crate) fn in_column(self, view: &'static str, column: &'static str) -> Self {
        Self::InColumn { view, column, source: Box::new(self) }
    }
}
