//! Command ids: what makes sending twice the same as sending once.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Names one request, however often it is sent. A command takes effect once for each id.
///
/// ```
/// use jangle::CommandId;
/// // From whatever already identifies the request: the same id each time.
/// let id = CommandId::derived("statement line", "6145");
/// assert_eq!(id, CommandId::derived("statement line", "6145"));
/// assert_ne!(id, CommandId::derived("invoice", "6145"));
/// assert_eq!(id.to_string().parse(), Ok(id));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandId(Uuid);

/// Text that is not a command id.
///
/// ```
/// use jangle::CommandId;
/// let error = "42".parse::<CommandId>().unwrap_err();
/// assert_eq!(error.to_string(), "`42` is not a command id (a UUID)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a command id (a UUID)")]
pub struct CommandIdError {
    text: String,
}

impl CommandId {
    /// A new id that no other request has (a UUID of version 7).
    ///
    /// ```
    /// use jangle::CommandId;
    /// // Made before the first attempt, and kept for all of them.
    /// let id = CommandId::new();
    /// assert_ne!(id, CommandId::new());
    /// ```
    #[allow(clippy::new_without_default, reason = "each call gives another value, which a default must not")]
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// The id of the request that `name` identifies within `scope` (a UUID of version 5, RFC 9562 §5.5, of `name` in
    /// the namespace that is the one of `scope`): for lines of a file, webhooks, or requests with a key of their own.
    ///
    /// ```
    /// use jangle::CommandId;
    /// let id = CommandId::derived("webhook", "evt_1042");
    /// assert_eq!(id, CommandId::derived("webhook", "evt_1042"));
    /// ```
    pub fn derived(scope: &str, name: &str) -> Self {
        let scope = Uuid::new_v5(&Uuid::NAMESPACE_OID, scope.as_bytes());
        Self(Uuid::new_v5(&scope, name.as_bytes()))
    }

    /// The id with this UUID.
    ///
    /// ```
    /// use jangle::CommandId;
    /// use uuid::Uuid;
    /// let uuid = Uuid::now_v7();
    /// assert_eq!(CommandId::from_uuid(uuid).as_uuid(), uuid);
    /// ```
    pub const fn from_uuid(id: Uuid) -> Self {
        Self(id)
    }

    /// The UUID of this id.
    ///
    /// ```
    /// use jangle::CommandId;
    /// use uuid::Uuid;
    /// let uuid = Uuid::now_v7();
    /// assert_eq!(CommandId::from_uuid(uuid).as_uuid(), uuid);
    /// ```
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for CommandId {
    type Err = CommandIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| CommandIdError { text: text.to_owned() })
    }
}
