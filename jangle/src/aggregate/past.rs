//! One event of an aggregate's history.

use crate::{
    Timestamp,
    error::AggregateError,
    event::{Event, EventId, Metadata},
    payload::why_undecodable,
    serializer::{Codec, Part},
    store::StoredEvent,
};
use std::borrow::Cow;

/// An event of an aggregate's [history](super::AggregateHandle::history), as it was recorded.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// app.send(deposit).metadata("user", "ann").await?;
/// let history = app.aggregate::<Account>("25").history().await?;
/// let event = &history[0];
/// assert_eq!((event.name(), event.version(), event.position()), ("bank.deposited", 1, 1));
/// assert_eq!(event.metadata().get("user"), Some("ann"));
/// assert_eq!(event.payload()?["cents"], 100);
/// assert_eq!(event.decode::<Deposited>()?.cents, 100);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct PastEvent {
    stored: StoredEvent,
    codec: Codec,
}

impl PastEvent {
    pub(super) fn new(stored: StoredEvent, codec: Codec) -> Self {
        Self { stored, codec }
    }

    /// The event's id.
    pub fn id(&self) -> EventId {
        self.stored.id
    }

    /// The name of its type, as stored.
    pub fn name(&self) -> &str {
        &self.stored.name
    }

    /// The version of its payload's schema.
    pub fn schema_version(&self) -> u32 {
        self.stored.schema_version
    }

    /// The aggregate's version after it; the first one is 1.
    pub fn version(&self) -> u64 {
        self.stored.version
    }

    /// Its place among all events of the store.
    pub fn position(&self) -> u64 {
        self.stored.position
    }

    /// When it was stored.
    pub fn recorded_at(&self) -> Timestamp {
        self.stored.recorded_at
    }

    /// When it happened in the business, where the sender said so.
    pub fn occurred_at(&self) -> Option<Timestamp> {
        self.stored.occurred_at
    }

    /// Correlation, causation and the sender's own metadata.
    pub fn metadata(&self) -> &Metadata {
        &self.stored.metadata
    }

    /// What happened, as JSON.
    ///
    /// # Errors
    /// [`AggregateError::Payload`], where the serializer cannot read it, or it is not JSON.
    pub fn payload(&self) -> Result<serde_json::Value, AggregateError> {
        serde_json::from_str(&self.text()?).map_err(|error| self.unreadable(why_undecodable(&error)))
    }

    /// What happened, as an `E`.
    ///
    /// # Errors
    /// [`AggregateError::Payload`], where it is an event of another name, or cannot be read.
    pub fn decode<E: Event>(&self) -> Result<E, AggregateError> {
        if *self.stored.name != *E::NAME {
            let reason = format!("it is an event `{}`, and not `{}`", self.stored.name, E::NAME);
            return Err(self.unreadable(reason));
        }
        E::decode(&self.text()?).map_err(|error| self.unreadable(why_undecodable(&error)))
    }

    fn text(&self) -> Result<Cow<'_, str>, AggregateError> {
        let StoredEvent { name, schema_version, .. } = &self.stored;
        let part = Part::Event { name, schema_version: *schema_version };
        self.codec
            .read(&self.stored.payload, &self.stored.stream, part)
            .map_err(|error| self.unreadable(format!("the serializer says: {error}")))
    }

    fn unreadable(&self, reason: String) -> AggregateError {
        let StoredEvent { stream, version, position, .. } = &self.stored;
        AggregateError::Payload { stream: stream.clone(), version: *version, position: *position, reason }
    }
}
