//! What a validator may know besides the command.

use super::CommandId;
use crate::Timestamp;
use std::collections::BTreeMap;

/// What surrounds a command while it is decided. Everything in it is fixed before the decision, so that a validator
/// stays pure.
///
/// ```
/// # use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// # struct Book { #[aggregate_id] seat: String }
/// #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// struct Booked {
///     until: Timestamp,
///     by: Option<String>,
/// }
/// # #[derive(Debug, Default)]
/// # struct Seat;
///
/// #[aggregate]
/// impl Seat {
///     #[validate_command]
///     fn book(&self, _: Book, cx: &CommandContext) -> Booked {
///         let until = cx.received_at().after(std::time::Duration::from_secs(600));
///         assert_eq!(cx.next_version(), cx.version() + 1);
///         Booked { until, by: cx.metadata("user").map(str::to_owned) }
///     }
/// #     #[reconstitute]
/// #     fn booked(&mut self, _: &Booked) {}
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let app = Jangle::builder().only(module_path!()).store(MemoryStore::new()).start().await?;
/// app.send(Book { seat: "12a".into() }).metadata("user", "ann").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct CommandContext {
    pub(crate) version: u64,
    pub(crate) command_id: CommandId,
    pub(crate) received_at: Timestamp,
    pub(crate) metadata: BTreeMap<String, String>,
}

impl CommandContext {
    /// The aggregate's version that the command is decided on; 0 where nothing has happened to it yet.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The version that the first event of this decision gets.
    pub fn next_version(&self) -> u64 {
        self.version + 1
    }

    /// The command's id, from the caller or made for it.
    pub fn command_id(&self) -> CommandId {
        self.command_id
    }

    /// When the command was received. The only clock that a validator should look at.
    pub fn received_at(&self) -> Timestamp {
        self.received_at
    }

    /// What the sender attached under `key`.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).map(String::as_str)
    }
}
