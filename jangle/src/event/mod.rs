//! Events: what happened, how it is recorded, and the handlers of what follows.

mod handler;
mod metadata;
mod param;
mod recorded;

#[doc(hidden)]
pub use handler::{EventHandler, Handling, handling};
pub use handler::{OnDead, Retry};
pub use metadata::{EventId, Metadata};
pub use param::{EventParam, QueryParam, State};
#[doc(hidden)]
pub use param::{HandlerContext, OnlyReads, OnlyWrites, Param, ParamInfo, ParamKind, projection_param};
pub use recorded::Recorded;

use crate::{model::Meta, payload::Payload};

/// Something that happened. Written by `#[derive(Event)]`.
///
/// ```
/// use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// #[event(name = "bank.deposited", version = 1)]
/// struct Deposited {
///     amount: i64,
/// }
/// assert_eq!(Deposited::NAME, "bank.deposited");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event",
    note = "write `#[derive(Event)]` on it"
)]
pub trait Event: Payload {
    /// Its names, and where it stands.
    const META: Meta;
    /// The name under which it is stored. It outlives the type's own name.
    const NAME: &'static str = Self::META.name;
    /// The type's own name, for people.
    const TYPE: &'static str = Self::META.kind;
    /// The version of the payload's schema, stored with each event.
    const SCHEMA_VERSION: u32;
}
