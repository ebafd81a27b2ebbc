//! What `send` yields where it yields no receipt.

use crate::{command::CommandId, serializer::SerializerError, store::StoreError};
use std::time::Duration;

/// Why a command was not done, or not known to be.
///
/// `R` is the command's own refusal.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// match app.send(Withdraw { account: "25".into(), cents: 500 }).await {
///     Ok(receipt) => println!("done, at version {}", receipt.version),
///     Err(SendError::Refused(NotEnough { left })) => println!("there are only {left} cents"),
///     // Nothing happened, unless it is `Unknown`; the text says what to do.
///     Err(error) => eprintln!("{error}"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError<R> {
    /// A rule refused it. Nothing happened.
    #[error("{0}")]
    Refused(R),
    /// It was refused before: its id is spent.
    #[error("{text}")]
    RefusedBefore {
        /// The first refusal in words.
        text: String,
    },
    /// The aggregate is not at the version that the caller expected. Nothing happened.
    #[error("it is at version {actual}, and not at {expected} as expected; read it again before sending again")]
    StaleVersion {
        /// The version of `.expect_version(…)`.
        expected: u64,
        /// The version that the aggregate has.
        actual: u64,
    },
    /// Something that must be new exists: see [`On::create`](crate::On::create). Nothing happened.
    #[error("{aggregate} `{id}` exists already")]
    Exists {
        /// The aggregate's type.
        aggregate: String,
        /// Which one.
        id: String,
    },
    /// The id belongs to another request: another command, aggregate or payload. Nothing happened.
    #[error(
        "the command id {id} was used before, for another request: `{command}` to {aggregate} `{aggregate_id}`; each request needs its own"
    )]
    IdReused {
        /// The id.
        id: CommandId,
        /// The command that has it.
        command: String,
        /// The aggregate's type of that one.
        aggregate: String,
        /// The aggregate of that one.
        aggregate_id: String,
    },
    /// Others changed the same aggregate for as long as
    /// [`command_timeout`](crate::JangleBuilder::command_timeout) lets a command take. Nothing happened.
    #[error("others kept changing {aggregate} `{id}` for {waited:?}; try again")]
    Contended {
        /// The aggregate's type.
        aggregate: String,
        /// Which one.
        id: String,
        /// For how long.
        waited: Duration,
    },
    /// As many commands as [`commands_under_way`](crate::JangleBuilder::commands_under_way) were under way, for as long
    /// as a command may take. Nothing happened.
    #[error("{limit} commands are under way, as many as may be; try again later")]
    Overloaded {
        /// How many are.
        limit: usize,
    },
    /// The application is shutting down. Nothing happened.
    #[error("the application is shutting down")]
    ShuttingDown,
    /// It is not known whether it was done. Send it again with the same id: it takes effect once.
    #[error(
        "it is not known whether command {id} was done; send it again with this id, and it is done once: {}",
        why_unknown(source)
    )]
    Unknown {
        /// The command's id.
        id: CommandId,
        /// What the store said.
        source: StoreError,
    },
    /// An event is larger than [`event_size`](crate::JangleBuilder::event_size). Nothing happened.
    #[error(
        "{what} has {size} bytes, and at most {limit} are stored; make it smaller, or raise the builder's `event_size`"
    )]
    TooLarge {
        /// What is.
        what: String,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// Something could not be written as JSON. Nothing happened.
    #[error("{what} cannot be written as JSON: {source}")]
    Encode {
        /// What.
        what: String,
        /// What serde said.
        source: serde_json::Error,
    },
    /// The aggregate could not be rebuilt from its events. Nothing happened.
    #[error("{aggregate} `{id}` cannot be rebuilt: {reason}")]
    Rebuild {
        /// The aggregate's type.
        aggregate: String,
        /// Which one.
        id: String,
        /// Which event, and why.
        reason: String,
    },
    /// The validator panicked. Nothing happened.
    #[error("the validator of `{command}` panicked: {message}")]
    Panicked {
        /// The command.
        command: &'static str,
        /// What it said.
        message: String,
    },
    /// The command was *accepted* before, but its stored reply is none of the type that it has now.
    #[error("command {id} was accepted before, but its stored reply does not fit the type that replies have now")]
    ReplyChanged {
        /// The command's id.
        id: CommandId,
        /// What serde said.
        source: serde_json::Error,
    },
    /// The [serializer](crate::Serializer) cannot write or read something. Nothing happened, unless it says that the
    /// command was accepted before.
    #[error("the serializer cannot {what}: {source}")]
    Serializer {
        /// What it cannot do.
        what: String,
        /// What it said.
        source: SerializerError,
    },
    /// An [interceptor](crate::Interceptor) did not let it pass. Nothing happened, and its id is not spent.
    #[error("denied: {reason}")]
    Denied {
        /// What the interceptor said.
        reason: String,
    },
    /// The store failed. Nothing happened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the store said, without that it does not know.
fn why_unknown(error: &StoreError) -> String {
    match error {
        StoreError::Unknown { reason } => reason.clone(),
        error => error.to_string(),
    }
}
