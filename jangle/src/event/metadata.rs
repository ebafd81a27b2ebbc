//! What is stored around an event's payload.

use crate::command::CommandId;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};
use uuid::Uuid;

/// Identifies one stored event: a UUID of version 7.
///
/// ```
/// use jangle::EventId;
/// use uuid::Uuid;
/// let uuid = Uuid::now_v7();
/// let id = EventId::from_uuid(uuid);
/// assert_eq!((id.as_uuid(), id.to_string()), (uuid, uuid.to_string()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(Uuid);

impl EventId {
    /// The id with this UUID.
    pub const fn from_uuid(id: Uuid) -> Self {
        Self(id)
    }

    /// The UUID of this id.
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where an event comes from, and what the sender attached to its command. A handler can take it as a parameter.
///
/// ```
/// # use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Deposited { cents: i64 }
/// #[event_handler]
/// async fn log(event: Recorded<Deposited>, metadata: Metadata) -> Result<(), HandlerError> {
///     let user = metadata.user.get("user").map_or("somebody", String::as_str);
///     println!("{user} deposited {} cents, for {:?}", event.cents, metadata.correlation);
///     Ok(())
/// }
/// ```
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Metadata {
    /// What all commands and events of one piece of business share: the first command's id unless it said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<String>,
    /// The event whose handler sent the command; none where the command came from outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation: Option<EventId>,
    /// The command that this event came of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_id: Option<CommandId>,
    /// What the sender attached.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub user: BTreeMap<String, String>,
}

impl Metadata {
    /// What the sender attached under `key`.
    ///
    /// ```
    /// use jangle::Metadata;
    /// assert_eq!(Metadata::default().get("tenant"), None);
    /// ```
    pub fn get(&self, key: &str) -> Option<&str> {
        self.user.get(key).map(String::as_str)
    }
}
