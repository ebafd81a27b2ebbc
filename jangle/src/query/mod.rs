//! Queries: questions, and the handlers that answer them.

mod after;
mod asking;

pub use after::After;
pub use asking::Asking;

use crate::{
    error::{HandlerError, QueryError},
    event::{HandlerContext, ParamInfo},
    model::Meta,
    payload::Payload,
    store::BoxFuture,
};

/// A question. Written by `#[derive(Query)]`.
///
/// ```
/// use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// #[derive(Debug, Clone, Serialize, Deserialize, Query)]
/// #[query(response = Option<i64>)]
/// struct Balance {
///     account: String,
/// }
///
/// #[query_handler]
/// async fn balance(query: Balance) -> Result<Option<i64>, QueryError> {
///     Ok((query.account == "rich").then_some(1_000_000))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a query",
    label = "not a query",
    note = "write `#[derive(Query)]` and `#[query(response = …)]` on it"
)]
pub trait Query: Payload {
    /// What the answer is.
    type Response: Send + 'static;
    /// Its name, and where it stands.
    const META: Meta;
    /// Its name.
    const NAME: &'static str = Self::META.name;
}

/// A run of a query handler, or why it could not begin.
#[doc(hidden)]
pub type Answering<T> = Result<BoxFuture<'static, Result<T, QueryError>>, HandlerError>;

/// Boxes a query handler's future; the bound is what rustc reports where it returns something else.
///
/// # Errors
/// None; the shape serves the expansion, whose parameters can fail.
#[doc(hidden)]
pub fn answering<T>(run: impl Future<Output = Result<T, QueryError>> + Send + 'static) -> Answering<T> {
    Ok(Box::pin(run))
}

/// A query that handler `H` answers. Written by `#[query_handler]`, with a private marker type for `H`.
///
/// ```
/// use jangle::{AskError, prelude::*, query::AnsweredBy};
///
/// /// Asks twice.
/// async fn twice<Q: AnsweredBy<H> + Clone, H: 'static>(app: &Jangle, query: Q) -> Result<[Q::Response; 2], AskError> {
///     Ok([app.query(query.clone()).await?, app.query(query).await?])
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "no query handler answers `{Self}`",
    label = "unanswered query",
    note = "write `#[query_handler] async fn name(query: {Self}, …) -> Result<…, QueryError>`"
)]
pub trait AnsweredBy<H>: Query {
    /// The handler's name, and where it stands.
    const HANDLER: Meta;
    /// What it takes besides the query.
    #[doc(hidden)]
    const PARAMS: &'static [ParamInfo];

    /// Runs it.
    ///
    /// # Errors
    /// When a parameter cannot be provided.
    #[doc(hidden)]
    fn answer(self, cx: &HandlerContext) -> Answering<Self::Response>;
}
