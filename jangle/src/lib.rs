//! Event sourcing and CQRS: annotate plain structs and `impl` blocks, and what compiles is wired.
//!
//! Commands are decided by aggregates, which are rebuilt from their events. Event handlers follow the events:
//! projections merge them into views, which queries read, and reactions do what else has to be done. Everything is
//! kept in a store, and survives crashes, repetition and disorder.

// The expansions name `::jangle`, also in this crate's own tests.
#[allow(unused_extern_crates, reason = "named by expansions in tests and doctests only")]
extern crate self as jangle;

pub mod aggregate;
mod app;
pub mod command;
mod delivery;
pub mod error;
pub mod event;
pub mod model;
mod payload;
pub mod prelude;
pub mod query;
mod settings;
pub mod store;
mod time;
pub mod view;

pub use aggregate::Aggregate;
pub use app::{Commands, Jangle, JangleBuilder, Queries};
pub use command::{Command, CommandContext, CommandId, CommandIdError, EventRef, On, Receipt, Reply, Sending};
pub use error::{AskError, HandlerError, ModelErrors, QueryError, SendError, SettleError, ShutdownError, StartError};
pub use event::{Event, EventId, Metadata, Recorded, State};
pub use jangle_macros::*;
pub use payload::Payload;
pub use query::{After, Asking, Query};
#[cfg(feature = "sqlite")]
pub use store::SqliteStore;
pub use store::{MemoryStore, StoreError};
pub use time::{Environment, SystemEnvironment, Timestamp, TimestampError};
pub use view::{Merge, View};

/// What the expansions of the macros name. Nothing here is part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::{
        __event_outcome as event_outcome, __event_record as event_record, __meta as meta,
        aggregate::{Aggregate, Apply, CommandInfo, HandledBy, Reconstitute, SnapshotPolicy, Validate},
        command::{Command, CommandContext, Emitted, Never, Outcome, OutcomeOf, push_type},
        event::{
            Event, EventHandler, EventParam, HandlerContext, Handling, Param, ParamInfo, QueryParam, Recorded, Retry,
            handling, projection_param,
        },
        model::{ENTRIES, Entry, Meta},
        query::{AnsweredBy, Answering, Query, answering},
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
