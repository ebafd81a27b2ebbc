//! Views: tables that projections write by merging, and queries read.

mod error;
mod key;
pub mod law;
mod merge;
mod read;
mod row;
mod value;

pub use error::ViewError;
pub use key::{Key, LeadingKey};
pub use merge::{ChangeOf, Merge, Merging};
pub use read::{Scan, View};
#[doc(hidden)]
pub use row::{Change, RowReader, TypedColumn};
pub use row::{ColumnInfo, KeyInfo, ViewRow};
pub use value::{Column, ColumnValue, KeyValue, MayBeAbsent, Ordered, Summable, Value, ValueType};

pub(crate) use merge::{Merged, Merges};
