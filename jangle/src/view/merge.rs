//! `Merge<V>`: the only way into a view.

use super::{Change, ViewError, ViewRow, law::Place};
use crate::store::{RowChange, StoredEvent};
use std::{
    future::{Ready, ready},
    marker::PhantomData,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

/// What merging yields: whether the change fits. It is ready at once, because rows are written together with the
/// handler's progress.
///
/// ```
/// use jangle::{Merge, view::{ChangeOf, Merging, ViewRow}};
/// fn pass_on<V: ViewRow>(merge: &Merge<V>, change: impl ChangeOf<V>) -> Merging {
///     merge.merge(change)
/// }
/// ```
#[derive(Debug)]
#[must_use = "`.await?` says whether the change fits into its row; without it, one that does not is lost silently"]
pub struct Merging(Ready<Result<(), ViewError>>);

impl Future for Merging {
    type Output = Result<(), ViewError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

/// Merges changes into the view `V`; a projection's parameter.
///
/// Nothing is written before the handler has succeeded: what a failed run merged is discarded. The rows are stored in
/// one transaction with the handler's progress, so each event counts exactly once.
///
/// ```
/// # use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Deposited { cents: i64 }
/// #[derive(Debug, View)]
/// struct Balance {
///     #[key]
///     account: String,
///     #[merge(sum)]
///     cents: i64,
///     #[merge(latest)]
///     last: Option<Timestamp>,
/// }
///
/// #[event_handler]
/// async fn deposited(event: Recorded<Deposited>, balances: Merge<Balance>) -> Result<(), HandlerError> {
///     let change = Balance::at(event.aggregate_id()).cents(event.cents).last(event.recorded_at());
///     balances.merge(change).await?;
///     Ok(())
/// }
/// # fn main() {}
/// ```
#[derive(Debug)]
pub struct Merge<V> {
    merges: Merges,
    view: PhantomData<fn() -> V>,
}

/// A change of a row of `V`: what `V::at(key)` and its setters make.
///
/// ```
/// use jangle::{prelude::*, view::ChangeOf};
///
/// #[derive(Debug, View)]
/// struct Balance {
///     #[key]
///     account: String,
///     #[merge(sum)]
///     cents: i64,
/// }
///
/// fn deposit(account: &str, cents: i64) -> impl ChangeOf<Balance> {
///     Balance::at(account).cents(cents)
/// }
/// # fn main() { let _ = deposit("25", 100); }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not change rows of `{V}`",
    label = "not made by `{V}::at(…)`",
    note = "write `{V}::at(key)`, then one setter for each column that the event says something about"
)]
pub trait ChangeOf<V> {
    /// The change.
    #[doc(hidden)]
    fn into_change(self) -> Change<V>;
}

impl<V: ViewRow> Merge<V> {
    pub(crate) fn new(merges: Merges) -> Self {
        Self { merges, view: PhantomData }
    }

    /// Merges `change` into its row, by the laws of its columns.
    ///
    /// # Errors
    /// Awaited, [`ViewError::InColumn`] where a value does not fit into its column.
    ///
    /// ```
    /// # use jangle::prelude::*;
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    /// # struct Transferred { to: String, cents: i64 }
    /// # #[derive(Debug, View)]
    /// # struct Balance { #[key] account: String, #[merge(sum)] cents: i64 }
    /// #[event_handler]
    /// async fn transferred(event: Recorded<Transferred>, balances: Merge<Balance>) -> Result<(), HandlerError> {
    ///     balances.merge(Balance::at(event.aggregate_id()).cents(-event.cents)).await?;
    ///     balances.merge(Balance::at(&event.to).cents(event.cents)).await?;
    ///     Ok(())
    /// }
    /// # fn main() {}
    /// ```
    pub fn merge<C: ChangeOf<V>>(&self, change: C) -> Merging {
        Merging(ready(self.merges.add(change.into_change())))
    }
}

/// What one run of a handler has merged so far.
#[derive(Debug, Clone)]
pub(crate) struct Merges {
    event: Arc<StoredEvent>,
    handler: &'static str,
    merged: Merged,
}

/// The changes of one run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Merged(Arc<Mutex<Vec<RowChange>>>);

impl Merges {
    pub(crate) fn new(event: Arc<StoredEvent>, handler: &'static str, merged: Merged) -> Self {
        Self { event, handler, merged }
    }

    fn add<V: ViewRow>(&self, change: Change<V>) -> Result<(), ViewError> {
        let mut changes = self.merged.0.lock().unwrap_or_else(PoisonError::into_inner);
        let nth = u32::try_from(changes.len()).unwrap_or(u32::MAX);
        let place = Place { position: self.event.position, handler: self.handler, nth };
        changes.push(change.lifted(&place)?);
        Ok(())
    }
}

impl Merged {
    /// What was merged; nothing is left behind.
    pub(crate) fn take(&self) -> Vec<RowChange> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
