//! An event with what the store knows about it.

use super::{EventId, Metadata};
use crate::{Timestamp, store::StoredEvent};
use std::{ops::Deref, sync::Arc};

/// An event as it was recorded. The event's own fields are reached directly: `event.amount`.
///
/// ```
/// # use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Deposited { cents: i64 }
/// #[event_handler]
/// async fn audit(event: Recorded<Deposited>) -> Result<(), HandlerError> {
///     let time = event.occurred_at().unwrap_or(event.recorded_at());
///     println!("{time} {} {}: {} cents", event.aggregate_type(), event.aggregate_id(), event.cents);
///     println!("version {}, position {}, id {}", event.version(), event.position(), event.id());
///     println!("correlation {:?}", event.metadata().correlation);
///     let Deposited { cents } = event.into_event();
///     assert!(cents > 0);
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Recorded<E> {
    event: E,
    stored: Arc<StoredEvent>,
}

impl<E> Recorded<E> {
    pub(crate) fn new(event: E, stored: Arc<StoredEvent>) -> Self {
        Self { event, stored }
    }

    /// The event's id.
    pub fn id(&self) -> EventId {
        self.stored.id
    }

    /// The name of the aggregate's type, as stored.
    pub fn aggregate_type(&self) -> &str {
        self.stored.stream.aggregate_type()
    }

    /// Whose event it is.
    pub fn aggregate_id(&self) -> &str {
        self.stored.stream.aggregate_id()
    }

    /// The aggregate's version after this event; the first one is 1.
    pub fn version(&self) -> u64 {
        self.stored.version
    }

    /// The event's place among all events of the store; the first one is 1.
    pub fn position(&self) -> u64 {
        self.stored.position
    }

    /// When the event was stored.
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

    /// The event alone.
    pub fn into_event(self) -> E {
        self.event
    }
}

impl<E> Deref for Recorded<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.event
    }
}
