//! How handlers send and ask.

use super::Jangle;
use crate::{
    aggregate::{Aggregate, HandledBy, RefusalOf, ReplyOf},
    command::{Command, CommandId, Sending, request::SendOptions},
    query::{AnsweredBy, Asking},
    store::StoredEvent,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Sends commands; a reaction's parameter.
///
/// Each command gets an id that derives from the handler, the event and the command, so a handler that runs again
/// repeats its commands instead of doubling them.
#[derive(Debug, Clone)]
pub struct Commands {
    app: Jangle,
    run: Option<Run>,
}

#[derive(Debug, Clone)]
struct Run {
    handler: &'static str,
    event: Arc<StoredEvent>,
    /// How many commands of a name went to an aggregate.
    sent: Arc<Mutex<HashMap<(&'static str, String), u32>>>,
}

impl Commands {
    pub(crate) fn new(app: Jangle, run: Option<(&'static str, Arc<StoredEvent>)>) -> Self {
        let run = run.map(|(handler, event)| Run { handler, event, sent: Arc::default() });
        Self { app, run }
    }

    /// Sends a command; await what it returns. Its events carry the handled event as their causation, and its
    /// correlation.
    ///
    /// # Errors
    /// Awaited, [`SendError`](crate::SendError).
    pub fn send<C, A>(&self, command: C) -> Sending<ReplyOf<C, A>, RefusalOf<C, A>>
    where
        C: HandledBy<A>,
        A: Aggregate,
    {
        let options = self.run.as_ref().map(|run| run.options(&command)).unwrap_or_default();
        self.app.send_with::<C, A>(command, options)
    }
}

impl Run {
    fn options<C: Command>(&self, command: &C) -> SendOptions {
        SendOptions {
            id: Some(self.command_id::<C>(command.aggregate_id())),
            correlation: self.event.metadata.correlation.clone(),
            causation: Some(self.event.id),
            from_handler: true,
            ..SendOptions::default()
        }
    }

    fn command_id<C: Command>(&self, aggregate_id: String) -> CommandId {
        let name = format!("{}\0{}\0{}", self.event.id, C::NAME, aggregate_id);
        let nth = {
            let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
            let nth = sent.entry((C::NAME, aggregate_id)).or_default();
            *nth += 1;
            *nth
        };
        CommandId::derived(&format!("handler {}", self.handler), &format!("{name}\0{nth}"))
    }
}

/// Asks queries; a parameter of reactions and query handlers.
#[derive(Debug, Clone)]
pub struct Queries {
    app: Jangle,
}

impl Queries {
    pub(crate) fn new(app: Jangle) -> Self {
        Self { app }
    }

    /// Asks a query; await what it returns.
    ///
    /// # Errors
    /// Awaited, [`AskError`](crate::AskError).
    pub fn query<Q, H>(&self, query: Q) -> Asking<Q::Response>
    where
        Q: AnsweredBy<H>,
        H: 'static,
    {
        self.app.query(query)
    }
}
