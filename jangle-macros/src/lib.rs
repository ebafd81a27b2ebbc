//! The macros of jangle. Depend on `jangle`, which re-exports them and has the traits that they implement.
#![forbid(unsafe_code)]

mod aggregate;
mod command;
mod event;
mod event_handler;
mod misplaced;
mod query;
mod query_handler;
mod saga;
mod shared;
mod view;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use shared::symbol::{EVENT_RECEIVER, ON_DEADLINE, RECONSTITUTE, VALIDATE_COMMAND};

/// Something that a user can ask for: a struct that owns what it says and derives serde's traits.
///
/// One field is marked with `#[aggregate_id]`: its text (its `Display`) names the aggregate that decides the command. The
/// struct has no parameters, neither types nor lifetimes.
///
/// | `#[command(…)]` | accepts | unless given | |
/// |---|---|---|---|
/// | `name = "…"` | text | the type's name | the name that is stored with the command's id |
/// | `crate = path` | a path | `::jangle` | where jangle is, for a crate that renames or re-exports it |
///
/// ```
/// use jangle::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// #[command(name = "bank.deposit")]
/// struct Deposit {
///     #[aggregate_id]
///     account: String,
///     cents: i64,
/// }
///
/// let deposit = Deposit { account: "25".into(), cents: 100 };
/// assert_eq!((Deposit::NAME, deposit.aggregate_id().as_str()), ("bank.deposit", "25"));
/// ```
#[proc_macro_derive(Command, attributes(command, aggregate_id))]
pub fn derive_command(item: TokenStream) -> TokenStream {
    command::expand(item.into()).into()
}

/// Something that happened: a struct or an enum that owns what it says and derives serde's traits. It has no parameters.
///
/// | `#[event(…)]` | accepts | unless given | |
/// |---|---|---|---|
/// | `name = "…"` | text | the type's name | the name under which it is stored, which outlives the type's own |
/// | `version = n` | a whole number, at least 1 | 1 | the version of the payload's schema, stored with each event |
/// | `crate = path` | a path | `::jangle` | where jangle is, for a crate that renames or re-exports it |
///
/// ```
/// use jangle::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// #[event(name = "bank.deposited", version = 2)]
/// struct Deposited {
///     cents: i64,
/// }
///
/// assert_eq!((Deposited::NAME, Deposited::SCHEMA_VERSION), ("bank.deposited", 2));
/// ```
#[proc_macro_derive(Event, attributes(event))]
pub fn derive_event(item: TokenStream) -> TokenStream {
    event::expand(item.into()).into()
}

/// A question: a struct or an enum that owns what it says and derives serde's traits. It has no parameters.
///
/// | `#[query(…)]` | accepts | unless given | |
/// |---|---|---|---|
/// | `response = T` | a type | must be given | what the answer is |
/// | `name = "…"` | text | the type's name | its name in the model |
/// | `crate = path` | a path | `::jangle` | where jangle is, for a crate that renames or re-exports it |
///
/// ```
/// use jangle::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Clone, Serialize, Deserialize, Query)]
/// #[query(response = Option<i64>)]
/// struct BalanceOf {
///     account: String,
/// }
///
/// assert_eq!(BalanceOf::NAME, "BalanceOf");
/// ```
#[proc_macro_derive(Query, attributes(query))]
pub fn derive_query(item: TokenStream) -> TokenStream {
    query::expand(item.into()).into()
}

/// A table that projections write and queries read: a struct with named fields and no parameters.
///
/// One field or several (up to six) are marked with `#[key]`: together they identify a row. Each other field has a law
/// in `#[merge(…)]`, which says how two values of it become one, in whatever order they come:
///
/// | law | the field holds | its type | its setter takes |
/// |---|---|---|---|
/// | `latest` | what the last event said | `Option<T>` | anything that is `Into<T>` |
/// | `first` | what the first event said | `Option<T>` | anything that is `Into<T>` |
/// | `sum` | the sum of all values | an integer | the summand |
/// | `count` | how often it was said | an integer | nothing |
/// | `max` | the greatest value | one with an order and a `Default`, or an `Option` of one with an order | a value |
/// | `min` | the least value | as for `max` | a value |
/// | `any` | whether one was true | `bool` | a `bool` |
///
/// Types are integers, `bool`, `f64`, `String`, `Vec<u8>`, `jangle::Timestamp`, `uuid::Uuid`, and what implements
/// `jangle::view::ColumnValue`; a key cannot be `f64` or `Vec<u8>`.
///
/// For a struct `Row` it writes `Row::at(key)`, with one argument for each `#[key]` field, and a type `RowChange`, which
/// has one setter for each other field.
///
/// | `#[view(…)]` | accepts | unless given | |
/// |---|---|---|---|
/// | `name = "…"` | a name | the type's in snake case | the table's name |
/// | `crate = path` | a path | `::jangle` | where jangle is, for a crate that renames or re-exports it |
///
/// Names of tables and columns are ASCII letters, digits and `_`, no digit first, 63 at most, without `__`; those that
/// begin with `jangle_` or `sqlite_` are reserved.
///
/// ```
/// use jangle::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Clone, View)]
/// #[view(name = "balances")]
/// struct Balance {
///     #[key]
///     account: String,
///     #[merge(sum)]
///     cents: i64,
///     #[merge(count)]
///     deposits: u64,
///     #[merge(max)]
///     largest: i64,
///     #[merge(latest)]
///     last: Option<Timestamp>,
/// }
///
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Deposited { cents: i64 }
/// #[event_handler]
/// async fn deposited(event: Recorded<Deposited>, balances: Merge<Balance>) -> Result<(), HandlerError> {
///     let change = Balance::at(event.aggregate_id())
///         .cents(event.cents)
///         .deposits()
///         .largest(event.cents)
///         .last(event.recorded_at());
///     balances.merge(change).await?;
///     Ok(())
/// }
/// # fn main() {}
/// ```
#[proc_macro_derive(View, attributes(view, key, merge))]
pub fn derive_view(item: TokenStream) -> TokenStream {
    view::expand(item.into()).into()
}

/// On the `impl` block of a type that decides commands and is `Default`: its `#[validate_command]` methods decide, its
/// `#[reconstitute]` methods rebuild it from what happened. Other methods stay as they are. The type has no parameters.
///
/// | `#[aggregate(…)]` | accepts | unless given | |
/// |---|---|---|---|
/// | `name = "…"` | text | the type's in snake case | its name in the store |
/// | `snapshot_every = n` | a whole number | no snapshots | keeps its state each time its version passes a multiple of `n`; never for 0. It then derives serde's traits |
/// | `snapshot_version = n` | a whole number | 0 | to be raised when snapshots change their meaning in a way that neither the `#[reconstitute]` methods nor the `Default` show |
/// | `crate = path` | a path | `::jangle` | where jangle is, for a crate that renames or re-exports it |
///
/// ```
/// use jangle::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// # #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// # struct Withdraw { #[aggregate_id] account: String, cents: i64 }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Withdrawn { cents: i64 }
/// #[derive(Debug, Default, Serialize, Deserialize)]
/// struct Account {
///     cents: i64,
/// }
///
/// #[aggregate(name = "account", snapshot_every = 100)]
/// impl Account {
///     #[validate_command]
///     fn withdraw(&self, command: Withdraw) -> Result<Withdrawn, String> {
///         match self.cents < command.cents {
///             true => Err(format!("only {} cents are left", self.cents)),
///             false => Ok(Withdrawn { cents: command.cents }),
///         }
///     }
///
///     #[reconstitute]
///     fn withdrawn(&mut self, event: &Withdrawn) {
///         self.cents -= event.cents;
///     }
/// }
///
/// assert_eq!(Account::META.name, "account");
/// ```
#[proc_macro_attribute]
pub fn aggregate(keys: TokenStream, item: TokenStream) -> TokenStream {
    aggregate::expand(keys.into(), item.into()).into()
}

/// In an `#[aggregate]` block, on `fn(&self, C) -> …` or `fn(&self, C, &CommandContext) -> …`: decides the command `C`.
/// It takes no keys.
///
/// The method changes nothing and returns what happened. It is not `async`, generic or `unsafe`: it has all it needs in
/// `self` and its parameters, and its only clock is `CommandContext::received_at`.
///
/// | it returns | and stores |
/// |---|---|
/// | an event | this event |
/// | `()` | nothing |
/// | `Option<T>`, `Vec<T>` | as many as there are |
/// | `(T, U, …)`, up to seven | all of them, in order |
/// | `On<A, E>` | the event `E` for another aggregate, of type `A`, in the same transaction |
/// | `Reply<T>`, last in a tuple or alone | nothing; the caller gets a `T` |
/// | `Result<T, R>`, around all of these | what `T` stores, or nothing where the command is refused with an `R` |
///
/// ```
/// use jangle::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// # #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// # struct Order { #[aggregate_id] product: String, pieces: u32 }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Ordered { pieces: u32 }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct SoldOut { at: Timestamp }
/// # #[derive(Debug, Default)]
/// # struct Stock { pieces: u32 }
/// #[derive(Debug, thiserror::Error)]
/// #[error("only {left} pieces are left")]
/// struct TooFew {
///     left: u32,
/// }
///
/// #[aggregate]
/// impl Stock {
///     #[validate_command]
///     fn order(
///         &self,
///         command: Order,
///         cx: &CommandContext,
///     ) -> Result<(Ordered, Option<SoldOut>, Reply<u32>), TooFew> {
///         let left = self.pieces.checked_sub(command.pieces).ok_or(TooFew { left: self.pieces })?;
///         let sold_out = (left == 0).then(|| SoldOut { at: cx.received_at() });
///         Ok((Ordered { pieces: command.pieces }, sold_out, Reply(left)))
///     }
/// #     #[reconstitute]
/// #     fn ordered(&mut self, event: &Ordered) { self.pieces -= event.pieces; }
/// #     #[reconstitute]
/// #     fn sold_out(&mut self, _: &SoldOut) {}
/// }
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn validate_command(_keys: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::expand(VALIDATE_COMMAND, "an `#[aggregate]`", item.into()).into()
}

/// In an `#[aggregate]` or `#[saga]` block, on `fn(&mut self, &E)`: applies the event `E`. It takes no keys.
///
/// What happened cannot fail, so the method returns nothing; it is not `async`, generic or `unsafe`. It is called for
/// each stored event when the aggregate or saga is loaded, and for each new one, so it does nothing besides changing `self`.
///
/// ```
/// use jangle::{aggregate::Reconstitute, prelude::*};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// struct Delivered {
///     pieces: u32,
/// }
///
/// #[derive(Debug, Default)]
/// struct Stock {
///     pieces: u32,
/// }
///
/// #[aggregate]
/// impl Stock {
///     #[reconstitute]
///     fn delivered(&mut self, event: &Delivered) {
///         self.pieces += event.pieces;
///     }
/// }
///
/// let mut stock = Stock::default();
/// stock.delivered(&Delivered { pieces: 12 });
/// assert_eq!(stock.pieces, 12);
/// ```
#[proc_macro_attribute]
pub fn reconstitute(_keys: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::expand(RECONSTITUTE, "an `#[aggregate]` or `#[saga]`", item.into()).into()
}

/// On an `async fn(Recorded<E>, …) -> Result<(), HandlerError>`: what follows from the event `E`. The function has a name
/// of its own in its module, and no parameters in `<…>`.
///
/// After the event it takes what the runtime provides. With a `Merge<V>` it is a *projection*, which only writes its views:
/// it is run once for each event since the first, and again from the first where its views change. Otherwise it is a
/// *reaction*, which takes `State<T>`, `Commands`, `Queries` or `Metadata`: it is run at least once for each event since its
/// first start. Events of one aggregate come in their order.
///
/// Its name also names a type, which stands for it in `JangleBuilder::with`. So no module or type beside it has this name.
///
/// | `#[event_handler(…)]` | accepts | unless given | |
/// |---|---|---|---|
/// | `id = "…"` | text | the function's name | the name under which its progress is stored |
/// | `retry(attempts = n)` | a whole number, at least 1 | 5 | how often in all a failed event is handled before it is set aside |
/// | `retry(first = "…")` | a duration | `"100ms"` | the wait before the second time |
/// | `retry(factor = n)` | a whole number, at least 1 | 2 | what each further wait is multiplied by |
/// | `retry(max = "…")` | a duration | `"1m"` | the longest wait |
/// | `retry(jitter)` | nothing, or `= true`, `= false` | `false` | each wait is longer by a random share of itself |
/// | `retry(timeout = "…")` | a duration | no limit | how long one attempt may take; beyond it, it has failed |
/// | `on_dead = "…"` | `"set_aside"` or `"hold"` | `"set_aside"` | whether later events of the aggregate are handled when one is set aside, or wait until that is handled or discarded |
/// | `version = n` | a whole number, at least 1 | 1 | to be raised when a projection merges something else than before: its views are then filled anew, from the first event. A program with the version before goes on with what it has |
/// | `formerly = "…"` | text | | the id that the handler had: it goes on from there, with the commands and retries that it began. To be kept once it is written, because what it sends is known by it |
/// | `crate = path` | a path | `::jangle` | where jangle is, for a crate that renames or re-exports it |
///
/// A duration is a whole number and a unit: `"10ms"`, `"5s"`, `"3m"`, `"72h"` or `"2d"`.
///
/// ```
/// use jangle::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Ordered { customer: String }
/// # struct Mailer;
/// # impl Mailer {
/// #     async fn send(&self, to: &str, text: &str) -> std::io::Result<()> {
/// #         println!("{to}: {text}");
/// #         Ok(())
/// #     }
/// # }
/// #[event_handler(id = "confirm_orders", retry(attempts = 10, first = "1s", factor = 3, max = "1h"))]
/// async fn confirm(event: Recorded<Ordered>, mailer: State<Mailer>) -> Result<(), HandlerError> {
///     mailer.send(&event.customer, "we got your order").await?;
///     Ok(())
/// }
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn event_handler(keys: TokenStream, item: TokenStream) -> TokenStream {
    event_handler::expand(keys.into(), item.into()).into()
}

/// On an `async fn(Q, …) -> Result<Response, QueryError>`: answers the query `Q`. Each query has one such function. Its
/// name also names a type, which stands for it in `JangleBuilder::with`.
///
/// After the query it takes what the runtime provides: `View<V>`, `State<T>` and `Queries`.
///
/// | `#[query_handler(…)]` | accepts | unless given | |
/// |---|---|---|---|
/// | `crate = path` | a path | `::jangle` | where jangle is, for a crate that renames or re-exports it |
///
/// ```
/// use jangle::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// # #[derive(Debug, Clone, View)]
/// # struct Balance { #[key] account: String, #[merge(sum)] cents: i64 }
/// #[derive(Debug, Clone, Serialize, Deserialize, Query)]
/// #[query(response = i64)]
/// struct BalanceOf {
///     account: String,
/// }
///
/// #[query_handler]
/// async fn balance_of(query: BalanceOf, balances: View<Balance>) -> Result<i64, QueryError> {
///     Ok(balances.get(&query.account).await?.map_or(0, |row| row.cents))
/// }
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn query_handler(keys: TokenStream, item: TokenStream) -> TokenStream {
    query_handler::expand(keys.into(), item.into()).into()
}

/// On the `impl` block of a type that is `Default`: its methods are the transitions of a process over several aggregates.
/// Other methods stay as they are. The type has no parameters.
///
/// | `#[saga(…)]` | accepts | unless given | |
/// |---|---|---|---|
/// | `name = "…"` | text | the type's in snake case | its name in the store |
/// | `deadline = "…"` | a duration such as `"72h"` | no deadline | how long after the event that starts it the deadline is; where no method has `#[on_deadline]`, the saga then fails |
/// | `retry(attempts = n)` | a whole number, at least 1 | for ever | how often in all a step is tried that something other than a refusal stops |
/// | `retry(first = "…", factor = n, max = "…")` | as for handlers | as for handlers | the waits between |
/// | `crate = path` | a path | `::jangle` | where jangle is, for a crate that renames or re-exports it |
///
/// | a method with | is | and |
/// |---|---|---|
/// | `#[reconstitute]` | `fn(&mut self, &E)` | applies what happened |
/// | [`#[event_receiver(…)]`](macro@event_receiver) | `fn(&self, &E) -> T` | says what follows from an event |
/// | [`#[on_deadline]`](macro@on_deadline) | `fn(&self) -> T` | says what follows when the deadline has passed |
///
/// What the last two return is a `Dispatch`, `Complete`, `Fail`, `Wait`, `()`, or an `Option`, `Either` or tuple of these. They
/// look at nothing but the saga and the event, because they may run again after a crash.
///
/// ```
/// use jangle::{prelude::*, saga::Saga};
/// use serde::{Deserialize, Serialize};
/// use std::time::Duration;
#[doc = include_str!("../doc/delivery.txt")]
/// #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// struct Shipped; // an event of the saga's own
///
/// #[derive(Debug, Default)]
/// struct Delivery { order: String }
///
/// #[saga(deadline = "72h")]
/// impl Delivery {
///     #[reconstitute]
///     fn ordered(&mut self, event: &Ordered) { self.order = event.order.clone(); }
///     #[reconstitute] fn shipped(&mut self, _: &Shipped) {}
///
///     #[event_receiver(by = order)] // which delivery: the one that the field `order` names
///     fn ship(&self, _: &Ordered) -> Dispatch<Ship, Shipped, ()> {
///         dispatch(Ship { parcel: self.order.clone() }).accepted(|_| Shipped).refused(|_why| ())
///     }
///     #[event_receiver] fn done(&self, _: &Shipped) -> Complete { Complete }
///
///     #[on_deadline] fn late(&self) -> Fail { Fail { why: "it took too long".into() } }
/// }
///
/// assert_eq!(Delivery::META.name, "delivery");
/// assert_eq!(Delivery::DEADLINE, Some(Duration::from_secs(72 * 60 * 60)));
/// ```
#[proc_macro_attribute]
pub fn saga(keys: TokenStream, item: TokenStream) -> TokenStream {
    saga::expand(keys.into(), item.into()).into()
}

/// In a [`#[saga]`](macro@saga) block, on `fn(&self, &E) -> T`: says what follows from the event `E`.
///
/// | `#[event_receiver(…)]` | accepts | |
/// |---|---|---|
/// | `by = field` | a field, or `field.inner` | the saga is the one that this field of the event names |
/// | `by_aggregate` | | the saga is the one with the id of the event's aggregate; with neither, the event is one of the saga's own |
/// | `starts` | | the event starts a saga; unless one says so, that of the first receiver with `by` or `by_aggregate` does |
/// | `requires(A, B)` | types of events | nothing follows unless the saga has seen each of them |
/// | `unless(C)` | types of events | nothing follows where the saga has seen one of them |
///
/// Where several receivers are for an event, all that match run, in the order of their declaration.
///
/// ```
/// use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Asked { question: String }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Answered { question: String }
/// #[derive(Debug, Default)]
/// struct Question;
///
/// #[saga]
/// impl Question {
///     #[event_receiver(by = question)] fn asked(&self, _: &Asked) -> Wait { Wait }
///     #[event_receiver(by = question, requires(Asked))]
///     fn answered(&self, _: &Answered) -> Complete { Complete }
/// }
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn event_receiver(_keys: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::expand(EVENT_RECEIVER, "a `#[saga]`", item.into()).into()
}

/// In a [`#[saga]`](macro@saga) block with a `deadline`, on `fn(&self) -> T`: says what follows when the deadline has passed.
/// It takes no keys.
///
/// ```
/// use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Asked { question: String }
/// #[derive(Debug, Default)]
/// struct Question;
///
/// #[saga(deadline = "1d")]
/// impl Question {
///     #[event_receiver(by = question)] fn asked(&self, _: &Asked) -> Wait { Wait }
///     #[on_deadline] fn late(&self) -> Fail { Fail { why: "nobody answered".into() } }
/// }
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn on_deadline(_keys: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::expand(ON_DEADLINE, "a `#[saga]`", item.into()).into()
}
