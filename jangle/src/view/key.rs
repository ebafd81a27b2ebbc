//! Keys of rows: one column or several, and the leading ones of several.

use super::{KeyValue, Value, ViewError};
use std::borrow::Borrow;

/// A whole key: a [`KeyValue`], a borrowed `str`, or a tuple of key values.
///
/// ```
/// use jangle::prelude::*;
///
/// #[derive(Debug, PartialEq, View)]
/// struct Turnover {
///     #[key]
///     account: String,
///     #[key]
///     year: u16,
///     #[merge(sum)]
///     cents: i64,
/// }
///
/// async fn read(turnovers: View<Turnover>) -> Result<(), QueryError> {
///     let row = turnovers.get(&("25".to_owned(), 1996)).await?;
///     println!("{row:?}");
///     Ok(())
/// }
/// # fn main() {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a `#[key]`",
    label = "cannot identify a row",
    note = "keys are integers, `bool`, `String`, `Timestamp`, `Uuid` and types that implement `jangle::view::KeyValue`, or up to six of these"
)]
pub trait Key {
    /// The key's columns.
    ///
    /// # Errors
    /// [`ViewError::OutOfRange`] where one does not fit.
    #[doc(hidden)]
    fn key_values(&self) -> Result<Vec<Value>, ViewError>;
}

impl<T: KeyValue> Key for T {
    fn key_values(&self) -> Result<Vec<Value>, ViewError> {
        Ok(vec![self.clone().into_value()?])
    }
}

impl Key for str {
    fn key_values(&self) -> Result<Vec<Value>, ViewError> {
        Ok(vec![Value::Text(self.to_owned())])
    }
}

macro_rules! key_tuples {
    ($($($part:ident)*;)*) => { $(
        #[allow(non_snake_case, reason = "the parts are bound to the names of their types")]
        impl<$($part: KeyValue),*> Key for ($($part,)*) {
            fn key_values(&self) -> Result<Vec<Value>, ViewError> {
                let ($($part,)*) = self;
                Ok(vec![$($part.clone().into_value()?),*])
            }
        }
    )* };
}

key_tuples! { A B; A B C; A B C D; A B C D E; A B C D E F; }

/// The leading columns of the key `K`, borrowed, as a tuple: `(&account,)` or `(&account, &day)`.
///
/// ```
/// use jangle::prelude::*;
///
/// #[derive(Debug, PartialEq, View)]
/// struct Turnover {
///     #[key]
///     account: String,
///     #[key]
///     year: u16,
///     #[merge(sum)]
///     cents: i64,
/// }
///
/// async fn read(turnovers: View<Turnover>) -> Result<(), QueryError> {
///     // A `&str` will do for a `String`.
///     let years = turnovers.scan().within(("25",)).await?;
///     println!("{years:?}");
///     Ok(())
/// }
/// # fn main() {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the beginning of the key `{K}`",
    label = "not a tuple of references to the key's first columns",
    note = "write `(&first,)`, or `(&first, &second)`, with the types of the view's `#[key]` columns in their order"
)]
pub trait LeadingKey<K> {
    /// The leading columns.
    ///
    /// # Errors
    /// [`ViewError::OutOfRange`] where one does not fit.
    #[doc(hidden)]
    fn leading_values(&self) -> Result<Vec<Value>, ViewError>;
}

macro_rules! leading {
    ($([$($part:ident $borrowed:ident)*] of [$($rest:ident)*];)*) => { $(
        #[allow(non_snake_case, reason = "the parts are bound to the names of their types")]
        impl<$($part: KeyValue + Borrow<$borrowed>, $borrowed: Key + ?Sized,)* $($rest: KeyValue),*>
            LeadingKey<($($part,)* $($rest,)*)> for ($(&$borrowed,)*)
        {
            fn leading_values(&self) -> Result<Vec<Value>, ViewError> {
                let ($($borrowed,)*) = self;
                let mut values = Vec::new();
                $(values.extend($borrowed.key_values()?);)*
                Ok(values)
            }
        }
    )* };
}

leading! {
    [A QA] of [B];
    [A QA] of [B C];
    [A QA B QB] of [C];
    [A QA] of [B C D];
    [A QA B QB] of [C D];
    [A QA B QB C QC] of [D];
    [A QA] of [B C D E];
    [A QA B QB] of [C D E];
    [A QA B QB C QC] of [D E];
    [A QA B QB C QC D QD] of [E];
    [A QA] of [B C D E F];
    [A QA B QB] of [C D E F];
    [A QA B QB C QC] of [D E F];
    [A QA B QB C QC D QD] of [E F];
    [A QA B QB C QC D QD E QE] of [F];
}
