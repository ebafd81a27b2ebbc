//! Receipts: what an accepted command came to.

use crate::{event::EventId, store::StreamId};
use std::sync::Arc;

/// What an accepted command came to. A repeat of the command gets the same one.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// let receipt = app.send(deposit).await?;
/// assert_eq!((receipt.reply, receipt.version, receipt.position), (100, 1, 1));
/// assert!(!receipt.repeated);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Receipt<T = ()> {
    /// What the validator replied.
    pub reply: T,
    /// The aggregate's version after the command.
    pub version: u64,
    /// The store's position that an answer must have reached to include the command.
    pub position: u64,
    /// What happened, in order; empty where nothing had to.
    pub events: Vec<EventRef>,
    /// Whether the command had been accepted before under the same id, and this is its first receipt.
    pub repeated: bool,
}

/// A repeated receipt equals the first one.
impl<T: PartialEq> PartialEq for Receipt<T> {
    fn eq(&self, other: &Self) -> bool {
        (&self.reply, self.version, self.position, &self.events)
            == (&other.reply, other.version, other.position, &other.events)
    }
}

impl<T: Eq> Eq for Receipt<T> {}

/// A stored event, by reference.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// let receipt = app.send(deposit).await?;
/// let event = &receipt.events[0];
/// assert_eq!((&*event.name, event.stream.aggregate_id(), event.version), ("bank.deposited", "25", 1));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventRef {
    /// The event's id.
    pub id: EventId,
    /// The name of its type.
    pub name: Arc<str>,
    /// Whose it is.
    pub stream: StreamId,
    /// The aggregate's version after it.
    pub version: u64,
    /// Its place among all events.
    pub position: u64,
}
