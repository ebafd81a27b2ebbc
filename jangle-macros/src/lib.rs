//! The macros of jangle. Depend on `jangle`, which re-exports them and has the traits that they implement.
#![forbid(unsafe_code)]

mod aggregate;
mod command;
mod event;
mod event_handler;
mod misplaced;
mod query;
mod query_handler;
mod shared;
mod view;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use shared::symbol::{RECONSTITUTE, VALIDATE_COMMAND};

/// Something that a user can ask for: a struct that owns what it says and derives serde's traits.
///
/// One field is marked with `#[aggregate_id]`: its text names the aggregate that decides the command.
///
/// Keys of `#[command(…)]`:
/// - `name = "…"`: the name that is stored with the command's id; the type's own unless given.
/// - `crate = ::path`: where jangle is, if it is renamed or re-exported.
#[proc_macro_derive(Command, attributes(command, aggregate_id))]
pub fn derive_command(item: TokenStream) -> TokenStream {
    command::expand(item.into()).into()
}

/// Something that happened: a struct or an enum that owns what it says and derives serde's traits.
///
/// Keys of `#[event(…)]`:
/// - `name = "…"`: the name under which it is stored, which outlives the type's own; that one unless given.
/// - `version = n`: the version of the payload's schema, stored with each event; 1 unless given.
/// - `crate = ::path`: where jangle is, if it is renamed or re-exported.
#[proc_macro_derive(Event, attributes(event))]
pub fn derive_event(item: TokenStream) -> TokenStream {
    event::expand(item.into()).into()
}

/// A question: a struct or an enum that owns what it says and derives serde's traits.
///
/// Keys of `#[query(…)]`:
/// - `response = T`: what the answer is; always given.
/// - `name = "…"`: its name; the type's own unless given.
/// - `crate = ::path`: where jangle is, if it is renamed or re-exported.
#[proc_macro_derive(Query, attributes(query))]
pub fn derive_query(item: TokenStream) -> TokenStream {
    query::expand(item.into()).into()
}

/// A table that projections write and queries read: a struct with named fields.
///
/// One field or several are marked with `#[key]` and identify a row. Each other field has `#[merge(law)]`, which says
/// how two values of it become one:
/// - `latest`, `first`: the last or first that was said, in the events' order; the field is an `Option`.
/// - `sum`: of integers. `count`: how often it was said.
/// - `max`, `min`: the greatest or least. `any`: whether one was true.
///
/// For a struct `Row` it writes `Row::at(key)`, with one argument for each `#[key]` field, and a type `RowChange`, which
/// has one setter for each other field.
///
/// Keys of `#[view(…)]`:
/// - `name = "…"`: the table's name; the type's in snake case unless given. Names are letters, digits and underscores,
///   63 at most.
/// - `crate = ::path`: where jangle is, if it is renamed or re-exported.
#[proc_macro_derive(View, attributes(view, key, merge))]
pub fn derive_view(item: TokenStream) -> TokenStream {
    view::expand(item.into()).into()
}

/// On the `impl` block of a type that decides commands, and is `Default`: its `#[validate_command]` methods decide, its
/// `#[reconstitute]` methods rebuild it from what happened. Other methods stay as they are.
///
/// Keys:
/// - `name = "…"`: its name in the store; the type's in snake case unless given.
/// - `snapshot_every = n`: keeps its state each time its version passes a multiple of `n`, 0 for never; it then derives
///   serde's traits.
/// - `snapshot_version = n`: to be raised when snapshots change their meaning in a way that neither the
///   `#[reconstitute]` methods nor the `Default` show; 0 unless given.
/// - `crate = ::path`: where jangle is, if it is renamed or re-exported.
#[proc_macro_attribute]
pub fn aggregate(keys: TokenStream, item: TokenStream) -> TokenStream {
    aggregate::expand(keys.into(), item.into()).into()
}

/// In an `#[aggregate]` block, on `fn(&self, C) -> …` or `fn(&self, C, &CommandContext) -> …`: decides the command `C`.
///
/// It changes nothing, and returns what happened: an event, `()`, an `Option`, `Vec` or tuple of these, or `On<A, E>` for
/// an event of another aggregate; a `Reply<T>` may come last in a tuple; and any of these may be in a
/// `Result<_, Refusal>`.
#[proc_macro_attribute]
pub fn validate_command(_keys: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::expand(VALIDATE_COMMAND, "an `#[aggregate]`", item.into()).into()
}

/// In an `#[aggregate]` block, on `fn(&mut self, &E)`: applies the event `E`, which cannot fail.
#[proc_macro_attribute]
pub fn reconstitute(_keys: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::expand(RECONSTITUTE, "an `#[aggregate]` or `#[saga]`", item.into()).into()
}

/// On an `async fn(Recorded<E>, …) -> Result<(), HandlerError>`: what follows from the event `E`.
///
/// After the event it takes what the runtime provides. With a `Merge<V>` it is a projection, which only writes its
/// views; otherwise a reaction, which takes `State<T>`, `Commands`, `Queries` or `Metadata`.
///
/// Keys:
/// - `id = "…"`: the name under which its progress is stored; the function's unless given.
/// - `retry(attempts = 5, first = "100ms", factor = 2, max = "1m")`: how often in all a failed event is handled, how long
///   to wait before the second time, what each further wait is multiplied by, and the longest wait.
/// - `crate = ::path`: where jangle is, if it is renamed or re-exported.
#[proc_macro_attribute]
pub fn event_handler(keys: TokenStream, item: TokenStream) -> TokenStream {
    event_handler::expand(keys.into(), item.into()).into()
}

/// On an `async fn(Q, …) -> Result<Response, QueryError>`: answers the query `Q`.
///
/// After the query it takes what the runtime provides: `View<V>`, `State<T>` and `Queries`.
///
/// Keys:
/// - `crate = ::path`: where jangle is, if it is renamed or re-exported.
#[proc_macro_attribute]
pub fn query_handler(keys: TokenStream, item: TokenStream) -> TokenStream {
    query_handler::expand(keys.into(), item.into()).into()
}
