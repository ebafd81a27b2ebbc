//! Commands: what a user can ask for, and how each is decided, once.

mod context;
pub(crate) mod core;
mod decide;
mod emitted;
mod handle;
mod id;
mod intercepted;
pub(crate) mod load;
mod on;
mod outcome;
mod receipt;
mod repeat;
pub(crate) mod request;
mod send;
mod slot;
pub(crate) mod spent;
mod ticket;
mod token;
mod writer;

pub use context::CommandContext;
pub use emitted::{Emitted, EmittedEvent};
pub use id::{CommandId, CommandIdError};
pub use on::{On, OrRefuse};
pub use outcome::{Never, Outcome, OutcomeOf, RefusalValue, RefusesWith, Reply, ReplyValue, push_type};
pub use receipt::{EventRef, Receipt};
pub use send::Sending;
pub use token::{Token, TokenError};

use crate::{model::Meta, payload::Payload};

/// Something that a user can ask for. Written by `#[derive(Command)]`.
///
/// A repeat under the same id is recognised by the command's JSON, in which the order of a map's keys does not matter. So
/// take a `BTreeSet` for a set: a `HashSet` is written in another order each time, and an equal command would count as
/// another one.
///
/// ```
/// use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// struct Deposit {
///     #[aggregate_id]
///     account: String,
///     cents: i64,
/// }
/// assert_eq!(Deposit { account: "25".into(), cents: 100 }.aggregate_id(), "25");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a command",
    label = "not a command",
    note = "write `#[derive(Command)]` on it"
)]
pub trait Command: Payload {
    /// Its name, and where it stands.
    const META: Meta;
    /// Its name.
    const NAME: &'static str = Self::META.name;

    /// Which aggregate decides it.
    ///
    /// It is the text of the `#[aggregate_id]` field.
    ///
    /// ```
    /// # use jangle::prelude::*;
    /// # use serde::{Deserialize, Serialize};
    /// #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    /// struct Book {
    ///     #[aggregate_id]
    ///     seat: u32,
    /// }
    /// assert_eq!(Book { seat: 12 }.aggregate_id(), "12");
    /// ```
    fn aggregate_id(&self) -> String;
}
