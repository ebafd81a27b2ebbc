//! What an answer must include.

use crate::{
    app::Jangle,
    command::{Receipt, Token},
    delivery::LaneHandle,
    error::AskError,
    store::{Answer, StoredEvent},
};
use std::sync::Arc;

/// What an answer must include: the argument of [`Asking::after`](crate::Asking::after), made from a [`Receipt`] or a
/// [`Token`].
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// use jangle::After;
/// let after = After::from(&app.send(deposit).await?);
/// // It has no type parameter, and can be kept for later.
/// let balance = app.query(BalanceOf { account: "25".into() }).after(after).await?;
/// assert!(balance.is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After(Known);

/// What is known of the command.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Known {
    /// Its receipt, which this process got from its own store.
    Receipt { position: u64, events: Vec<Arc<str>> },
    /// Its token, which may come from anywhere.
    Token(Token),
}

impl<T> From<&Receipt<T>> for After {
    fn from(receipt: &Receipt<T>) -> Self {
        let events = receipt.events.iter().map(|event| Arc::clone(&event.name)).collect();
        Self(Known::Receipt { position: receipt.position, events })
    }
}

// By reference only, as receipts: with both, clippy would call the reference needless.
impl From<&Token> for After {
    fn from(token: &Token) -> Self {
        Self(Known::Token(*token))
    }
}

impl After {
    /// What the answer must have reached.
    pub(crate) fn position(&self) -> u64 {
        match &self.0 {
            Known::Receipt { position, .. } => *position,
            Known::Token(token) => token.position,
        }
    }

    /// Whether it is of this store.
    pub(crate) async fn check(&self, app: &Jangle) -> Result<(), AskError> {
        let Known::Token(token) = &self.0 else { return Ok(()) };
        let event = event_of(app, token).await?;
        let found = event.as_ref().map(|event| event.id);
        let is_ours = token.position == 0 || token.witness.map_or(found.is_some(), |witness| found == Some(witness));
        match is_ours {
            true => {
                // Another process may have stored it a moment ago.
                app.feed().advance(token.position);
                Ok(())
            }
            false => Err(AskError::ForeignToken { position: token.position, is_missing: event.is_none() }),
        }
    }

    /// The handlers of the command's events.
    pub(crate) async fn handlers<'a>(&self, app: &'a Jangle) -> Result<Vec<&'a LaneHandle>, AskError> {
        let names = match &self.0 {
            Known::Receipt { events, .. } => Some(events.clone()),
            Known::Token(Token { events: 0, .. }) => Some(Vec::new()),
            Known::Token(token) => names_of(app, token).await?,
        };
        let is_meant = |name: &str| names.as_ref().is_none_or(|names| names.iter().any(|known| **known == *name));
        Ok(app.lanes().iter().filter(|lane| is_meant(lane.entry.event)).collect())
    }
}

async fn event_of(app: &Jangle, token: &Token) -> Result<Option<StoredEvent>, AskError> {
    Ok(app.stores().events.read_at(vec![token.position]).await?.into_iter().next())
}

/// The names of the events of a token's command, by way of its receipt; none where that is not to be had, and every
/// handler has to be waited for.
async fn names_of(app: &Jangle, token: &Token) -> Result<Option<Vec<Arc<str>>>, AskError> {
    let store = &app.stores().events;
    let Some(id) = event_of(app, token).await?.and_then(|event| event.metadata.command_id) else { return Ok(None) };
    let Some(Answer::Accepted { stored, .. }) = store.receipt(id).await?.map(|receipt| receipt.outcome) else {
        return Ok(None);
    };
    let events = store.read_at(stored.events).await?;
    Ok(Some(events.into_iter().map(|event| event.name).collect()))
}
