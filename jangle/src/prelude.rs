//! What a program that uses jangle names all the time: `use jangle::prelude::*;`.
//!
//! ```
//! use jangle::prelude::*;
//! let store = MemoryStore::new();
//! let builder = Jangle::builder().store(store);
//! # let _ = builder;
//! ```

pub use crate::saga::{Complete, Dispatch, Either, Fail, Wait, dispatch};
pub use crate::{
    CommandContext, CommandId, Commands, HandlerError, Jangle, Merge, Metadata, On, OrRefuse, Queries, QueryError,
    Receipt, Recorded, Reply, SendError, State, Timestamp, View,
};
pub use crate::{MemoryStore, aggregate::Aggregate, command::Command, event::Event, query::Query};
pub use jangle_macros::*;

#[cfg(feature = "sqlite")]
pub use crate::SqliteStore;
