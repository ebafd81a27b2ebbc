//! What a validator may know besides the command.

use super::CommandId;
use crate::Timestamp;
use std::collections::BTreeMap;

/// What surrounds a command while it is decided. Everything in it is fixed before the decision, so that a validator
/// stays pure.
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
