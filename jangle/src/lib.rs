//! Event sourcing and CQRS: annotate plain structs and `impl` blocks, and what compiles is wired.
//!
//! Commands are decided by *aggregates*, which are rebuilt from their *events*. *Event handlers* follow the events:
//! projections merge them into *views*, which *queries* read, and reactions do what else has to be done. Everything is
//! kept in a *store*, and survives crashes, repetition and disorder. There is no registration to forget: whatever is
//! linked into the program is part of the application, and mistakes are compile errors, or reported together at the
//! start.
//!
//! # From a command to a query
//!
//! ```
//! use jangle::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, Serialize, Deserialize, Command)] // what a user can ask for
//! struct Withdraw { #[aggregate_id] account: String, cents: i64 }
//!
//! #[derive(Debug, Serialize, Deserialize, Event)] // what happened
//! struct Withdrawn { cents: i64 }
//!
//! #[derive(Debug, Default)] // what decides, and its state
//! struct Account { withdrawn: i64 }
//!
//! #[aggregate]
//! impl Account {
//!     #[validate_command]
//!     fn withdraw(&self, command: Withdraw) -> Result<Withdrawn, String> {
//!         if self.withdrawn + command.cents > 500_00 {
//!             return Err("500.00 at most".to_owned());
//!         }
//!         Ok(Withdrawn { cents: command.cents })
//!     }
//!     #[reconstitute]
//!     fn withdrawn(&mut self, event: &Withdrawn) { self.withdrawn += event.cents; }
//! }
//!
//! #[derive(Debug, View)] // a table: rows are merged by the laws of their columns
//! struct Paid { #[key] account: String, #[merge(sum)] cents: i64, #[merge(count)] times: u64 }
//!
//! #[event_handler] // fills it
//! async fn count(event: Recorded<Withdrawn>, paid: Merge<Paid>) -> Result<(), HandlerError> {
//!     Ok(paid.merge(Paid::at(event.aggregate_id()).cents(event.cents).times()).await?)
//! }
//!
//! #[derive(Debug, Serialize, Deserialize, Query)] // what can be asked
//! #[query(response = Option<Paid>)]
//! struct PaidTo { account: String }
//!
//! #[query_handler] // answers it
//! async fn paid_to(query: PaidTo, paid: View<Paid>) -> Result<Option<Paid>, QueryError> {
//!     Ok(paid.get(&query.account).await?)
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let app = Jangle::builder().store(MemoryStore::new())
//! #       .only(module_path!())
//!         .start().await?;
//!     let receipt = app.send(Withdraw { account: "25".into(), cents: 120_00 }).await?;
//!     let paid = app.query(PaidTo { account: "25".into() }).after(&receipt).await?;
//!     assert_eq!(paid.map(|row| (row.cents, row.times)), Some((120_00, 1)));
//!     app.shutdown().await?;
//!     Ok(())
//! }
//! ```
//!
//! With a [`SqliteStore`] instead of the [`MemoryStore`], the same program keeps everything in a
//! file.
//!
//! # What to write
//!
//! | | with | and it is |
//! |---|---|---|
//! | a command | [`#[derive(Command)]`](derive@Command) | sent with [`Jangle::send`] or [`Commands::send`] |
//! | an event | [`#[derive(Event)]`](derive@Event) | returned by validators, stored, and handled |
//! | an aggregate | [`#[aggregate]`](macro@aggregate), [`#[validate_command]`](macro@validate_command), [`#[reconstitute]`](macro@reconstitute) | what decides commands |
//! | a view | [`#[derive(View)]`](derive@View) | a table, written through [`Merge`], read through [`struct@View`] |
//! | an event handler | [`#[event_handler]`](macro@event_handler) | a projection into views, or a reaction |
//! | a query | [`#[derive(Query)]`](derive@Query) | asked with [`Jangle::query`] or [`Queries::query`] |
//! | a query handler | [`#[query_handler]`](macro@query_handler) | what answers it |
//!
//! # What can be relied on
//!
//! - A command takes effect once for each [`CommandId`]; a repeat gets the first answer ([`Sending::id`]).
//! - All events of a command are stored in one transaction, or none of them is. A [`Receipt`] comes after that.
//! - Rows and the progress of the projection that wrote them are one transaction: each event counts exactly once.
//! - A reaction runs at least once for each event; its commands have ids that derive from the event, so they take effect
//!   once.
//! - An event whose handler keeps failing is tried again, then set aside, and holds up later events of its own
//!   aggregate only.
//!
//! # Where things are
//!
//! | module | holds |
//! |---|---|
//! | [`prelude`] | what programs name all the time |
//! | [`command`] | commands, their ids, outcomes and receipts |
//! | [`mod@aggregate`] | the traits behind `#[aggregate]` |
//! | [`event`] | events, what is recorded with them, what handlers can take |
//! | [`view`] | rows, keys, column types and the [laws](view::law) of merging |
//! | [`query`] | queries and their answers |
//! | [`interceptor`] | what stands around commands and queries: authorisation, audit |
//! | [`serializer`] | what stands between JSON and the store: encryption, compression |
//! | [`store`] | the stores, and the traits for another one |
//! | [`model`] | everything that a program can do, as data, and as a picture |
//! | [`settings`] | what can be set, with the builder or with environment variables |
//! | [`mod@logging`] | the log, and what is told in it |
//! | [`error`] | one error type for each boundary |
//! | [`testing`] | the tests that any store must pass |
//!
//! # Features
//!
//! - `sqlite` (default): [`SqliteStore`], with a bundled SQLite.
//! - `logging` (default): [`mod@logging`], which writes what is told through `tracing`.
//! - `metrics`: counters and histograms for the `metrics` facade.
//!
//! # Elsewhere
//!
//! - Event sourcing: Martin Fowler, [Event Sourcing](https://martinfowler.com/eaaDev/EventSourcing.html), 2005.
//! - CQRS: Greg Young, [CQRS Documents](https://cqrs.files.wordpress.com/2010/11/cqrs_documents.pdf), 2010.

// The expansions name `::jangle`, also in this crate's own tests.
#[allow(unused_extern_crates, reason = "named by expansions in tests and doctests only")]
extern crate self as jangle;

pub mod aggregate;
mod app;
pub mod command;
mod delivery;
pub mod error;
pub mod event;
pub mod interceptor;
#[cfg(feature = "logging")]
pub mod logging;
#[cfg(feature = "metrics")]
pub mod metrics;
pub mod model;
mod payload;
pub mod prelude;
pub mod query;
pub mod saga;
pub mod serializer;
pub mod settings;
pub mod store;
mod tasks;
mod telemetry;
pub mod testing;
mod time;
pub mod view;

pub use aggregate::Aggregate;
pub use app::{Commands, DeadLetter, DeadLetterId, DeadLetterIdError, DeadLetters, Jangle, JangleBuilder, Queries};
pub use command::{
    Command, CommandContext, CommandId, CommandIdError, EventRef, On, OrRefuse, Receipt, Reply, Sending, Token,
    TokenError,
};
pub use delivery::Subscription;
pub use error::{
    AggregateError, AskError, HandlerError, ModelErrors, QueryError, SendError, SettleError, ShutdownError, StartError,
    SubscribeError,
};
pub use event::{Event, EventId, Metadata, Recorded, State};
pub use interceptor::Interceptor;
#[doc(inline)]
pub use jangle_macros::{
    Command, Event, Query, View, aggregate, event_handler, event_receiver, on_deadline, query_handler, reconstitute,
    saga, validate_command,
};
pub use payload::Payload;
pub use query::{After, Asking, Query};
pub use serializer::{Serializer, SerializerError};
#[cfg(feature = "sqlite")]
pub use store::SqliteStore;
pub use store::{MemoryStore, StoreError};
pub use time::{Environment, SystemEnvironment, Timestamp, TimestampError};
pub use view::{Merge, View};

/// What the expansions of the macros name. Nothing here is part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::{
        __event_outcome as event_outcome, __event_record as event_record, __event_saga_outcome as event_saga_outcome,
        __meta as meta, __register as register, __register_item as register_item,
        aggregate::{Aggregate, Apply, CommandInfo, HandledBy, Reconstitute, SnapshotPolicy, Validate},
        command::{Command, CommandContext, Emitted, Never, Outcome, OutcomeOf, push_type},
        event::{
            Event, EventHandler, EventParam, HandlerContext, Handling, OnDead, Param, ParamInfo, QueryParam, Recorded,
            Retry, handling, projection_param,
        },
        model::{ENTRIES, Entry, EventType, Meta, ModelItem},
        query::{AnsweredBy, Answering, Query, answering},
        saga::{
            Expired, Key, Names, Own, Rebuild, Receiver, Receives, Saga, SagaApply, SagaOutcome, Step, Transition,
            TransitionOf, own_event,
        },
        view::{
            Change, ChangeOf, Column, ColumnInfo, KeyInfo, RowReader, TypedColumn, ViewError, ViewRow,
            law::{Any, Count, First, Latest, Max, Min, Sum},
        },
    };
    pub use linkme;
    pub use std::time::Duration;

    /// An aggregate's id as text.
    pub fn aggregate_id(id: &(impl std::fmt::Display + ?Sized)) -> String {
        id.to_string()
    }
}

/// The README's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
