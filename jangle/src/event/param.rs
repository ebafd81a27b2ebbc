//! What handlers and queries can take besides the event or the question.

use super::Metadata;
use crate::{
    app::{Commands, Queries},
    error::HandlerError,
    view::{Merge, View, ViewRow},
};
use std::{any::TypeId, ops::Deref, sync::Arc};

pub use crate::delivery::HandlerContext;

/// What the builder was given with `.state(…)`, shared by all handlers and queries.
///
/// ```
/// # use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Deposited { cents: i64 }
/// struct Mailer;
/// impl Mailer {
///     async fn send(&self, text: String) {
///         println!("{text}");
///     }
/// }
///
/// #[event_handler]
/// async fn confirm(event: Recorded<Deposited>, mailer: State<Mailer>) -> Result<(), HandlerError> {
///     mailer.send(format!("you got {} cents", event.cents)).await;
///     Ok(())
/// }
///
/// # fn main() {
/// let builder = Jangle::builder().state(Mailer);
/// # let _ = builder;
/// # }
/// ```
#[derive(Debug)]
pub struct State<T: ?Sized> {
    inner: Arc<T>,
}

impl<T: ?Sized> State<T> {
    pub(crate) fn new(inner: Arc<T>) -> Self {
        Self { inner }
    }
}

impl<T: ?Sized> Clone for State<T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<T: ?Sized> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

/// What the model knows of a parameter.
#[derive(Debug, Clone, Copy)]
pub struct ParamInfo {
    /// What is taken.
    pub kind: ParamKind,
}

/// What a parameter gives.
#[derive(Debug, Clone, Copy)]
pub enum ParamKind {
    /// `State<T>`.
    State {
        /// Which type; a function, because type ids are not constants.
        id: fn() -> TypeId,
        /// The type's name, for messages.
        name: fn() -> &'static str,
    },
    /// `Merge<V>` of the view with this name.
    Merge(&'static str),
    /// `View<V>` of the view with this name.
    View(&'static str),
    /// `Commands`.
    Commands,
    /// `Queries`.
    Queries,
    /// `Metadata`.
    Metadata,
}

/// A parameter's facts and its function in one constant, so that an expansion names the bound in one place and a
/// mistake is reported once.
#[derive(Debug)]
pub struct Param<T> {
    /// For the model.
    pub info: ParamInfo,
    /// How it is made for a run.
    pub take: fn(&HandlerContext) -> Result<T, HandlerError>,
}

/// What an `#[event_handler]` can take after the event.
///
/// | parameter | | beside `Merge` |
/// |---|---|---|
/// | [`Merge<V>`](crate::Merge) | writes the view `V` | yes |
/// | [`Metadata`](crate::Metadata) | what is stored around the event | yes |
/// | [`Commands`](crate::Commands) | sends | no |
/// | [`Queries`](crate::Queries) | asks | no |
/// | [`State<T>`](crate::State) | what the builder was given | no |
///
/// ```
/// # use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Deposited { cents: i64 }
/// # #[derive(Debug, Clone, View)]
/// # struct Balance { #[key] account: String, #[merge(sum)] cents: i64 }
/// // A projection: it writes views, and does nothing else.
/// #[event_handler]
/// async fn count(event: Recorded<Deposited>, balances: Merge<Balance>) -> Result<(), HandlerError> {
///     balances.merge(Balance::at(event.aggregate_id()).cents(event.cents)).await?;
///     Ok(())
/// }
///
/// // A reaction: whatever else has to be done.
/// #[event_handler]
/// async fn react(event: Recorded<Deposited>, commands: Commands, queries: Queries) -> Result<(), HandlerError> {
/// #   let _ = (event, commands, queries);
///     Ok(())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of an `#[event_handler]`",
    label = "nothing provides this",
    note = "after the event, take `jangle::State<T>`, `Commands`, `Queries`, `Merge<V>` or `Metadata`"
)]
pub trait EventParam: Sized {
    /// How it is provided.
    #[doc(hidden)]
    const PARAM: Param<Self>;
}

/// What a `#[query_handler]` can take after the query.
///
/// | parameter | |
/// |---|---|
/// | [`View<V>`](struct@crate::View) | reads the view `V` |
/// | [`State<T>`](crate::State) | what the builder was given |
/// | [`Queries`](crate::Queries) | asks other queries |
///
/// ```
/// # use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, View)]
/// # struct Balance { #[key] account: String, #[merge(sum)] cents: i64 }
/// # struct Rate(i64);
/// #[derive(Debug, Clone, Serialize, Deserialize, Query)]
/// #[query(response = i64)]
/// struct Worth {
///     account: String,
/// }
///
/// #[query_handler]
/// async fn worth(query: Worth, balances: View<Balance>, rate: State<Rate>) -> Result<i64, QueryError> {
///     let cents = balances.get(&query.account).await?.map_or(0, |balance| balance.cents);
///     Ok(cents * rate.0)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a `#[query_handler]`",
    label = "nothing provides this",
    note = "after the query, take `jangle::State<T>`, `Queries` or `View<V>`"
)]
pub trait QueryParam: Sized {
    /// How it is provided.
    #[doc(hidden)]
    const PARAM: Param<Self>;
}

macro_rules! params {
    ($($role:ident: $([$($generics:tt)*] $ty:ty, $kind:expr, |$cx:ident| $take:expr;)*)*) => { $($(
        impl $($generics)* $role for $ty {
            const PARAM: Param<Self> = Param { info: ParamInfo { kind: $kind }, take: |$cx| $take };
        }
    )*)* };
}

params! {
    EventParam:
    [<T: Send + Sync + 'static>] State<T>,
        ParamKind::State { id: TypeId::of::<T>, name: std::any::type_name::<T> }, |cx| cx.state();
    [] Commands, ParamKind::Commands, |cx| Ok(cx.commands());
    [] Queries, ParamKind::Queries, |cx| Ok(cx.queries());
    [] Metadata, ParamKind::Metadata, |cx| Ok(cx.metadata());
    [<V: ViewRow>] Merge<V>, ParamKind::Merge(V::META.name), |cx| cx.merge();

    QueryParam:
    [<T: Send + Sync + 'static>] State<T>,
        ParamKind::State { id: TypeId::of::<T>, name: std::any::type_name::<T> }, |cx| cx.state();
    [] Queries, ParamKind::Queries, |cx| Ok(cx.queries());
    [<V: ViewRow>] View<V>, ParamKind::View(V::META.name), |cx| cx.view();
}

/// Never implemented: its message is what a `View` in a handler is told.
#[diagnostic::on_unimplemented(
    message = "`View<{Self}>` reads, and a handler only writes: take `Merge<{Self}>`",
    label = "a projection cannot read",
    note = "a reaction, which merges nothing, asks through `Queries`"
)]
pub trait OnlyWrites {}

/// Never implemented: its message is what a `Merge` in a query is told.
#[diagnostic::on_unimplemented(
    message = "`Merge<{Self}>` writes, and a query only reads: take `View<{Self}>`",
    label = "a query cannot write"
)]
pub trait OnlyReads {}

impl<V> EventParam for View<V>
where
    V: OnlyWrites,
{
    const PARAM: Param<Self> = Param { info: ParamInfo { kind: ParamKind::Queries }, take: |_| unreachable!() };
}

impl<V> QueryParam for Merge<V>
where
    V: OnlyReads,
{
    const PARAM: Param<Self> = Param { info: ParamInfo { kind: ParamKind::Queries }, take: |_| unreachable!() };
}

/// Refuses, while the program compiles, a handler that writes views and also reads, sends or asks.
///
/// The macro calls it where both kinds of parameter are present, at the token of the one that does not belong.
#[track_caller]
pub const fn projection_param(params: &[ParamInfo], of: ParamInfo) {
    let mut merges = false;
    let mut index = 0;
    while index < params.len() {
        merges |= matches!(params[index].kind, ParamKind::Merge(_));
        index += 1;
    }
    if !merges {
        return;
    }
    match of.kind {
        ParamKind::State { .. } => panic!(
            "`State<T>` beside `Merge<V>`: a projection only writes its views, so that it can be repeated and replayed; make two handlers of it"
        ),
        ParamKind::Commands => {
            panic!("`Commands` sends, and a projection only writes its views: make two handlers of it")
        }
        ParamKind::Queries => panic!("`Queries` asks, and a projection only writes its views: make two handlers of it"),
        ParamKind::Merge(_) | ParamKind::View(_) | ParamKind::Metadata => {}
    }
}
