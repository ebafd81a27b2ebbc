//! Receipts: what an accepted command came to.

use super::{Token, core::CommandCore};
use crate::{
    event::EventId,
    store::{Appended, StreamId},
};
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
    /// The event at the position; none in an empty store, or where it could not be read.
    pub(crate) witness: Option<EventId>,
}

impl<T> Receipt<T> {
    /// What the receipt stands for, as text that another process on the same store accepts.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let token = app.send(deposit).await?.token();
    /// println!("Set-Cookie: seen={token}");
    /// # assert_eq!(token.to_string().parse(), Ok(token));
    /// # Ok(())
    /// # }
    /// ```
    pub fn token(&self) -> Token {
        Token { position: self.position, events: self.events.len(), witness: self.witness }
    }
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

/// The receipt of a command that was just stored.
pub(super) async fn first<T>(
    core: &CommandCore,
    reply: T,
    mut events: Vec<EventRef>,
    appended: &Appended,
) -> Receipt<T> {
    for (event, &(version, position)) in events.iter_mut().zip(&appended.events) {
        event.version = version;
        event.position = position;
    }
    let (version, position) = (appended.version, appended.position);
    let witness = witness(core, position, &events).await;
    Receipt { reply, version, position, events, repeated: false, witness }
}

/// The event at the position of a receipt, by which its token is known in another process. A command without events
/// asks the store for it; where that fails, the command stands all the same, and its token names no event.
pub(super) async fn witness(core: &CommandCore, position: u64, events: &[EventRef]) -> Option<EventId> {
    if let Some(event) = events.iter().rfind(|event| event.position == position) {
        return Some(event.id);
    }
    let found = core.stores.events.read_at(vec![position]).await;
    let event = found.unwrap_or_default().into_iter().next()?;
    Some(event.id)
}
