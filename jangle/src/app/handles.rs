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
///
/// ```
/// use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// struct Thank {
///     #[aggregate_id]
///     donor: String,
/// }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Thanked;
/// # #[derive(Debug, Default)]
/// # struct Donor;
/// # #[aggregate]
/// # impl Donor {
/// #     #[validate_command]
/// #     fn thank(&self, _: Thank) -> Thanked { Thanked }
/// #     #[reconstitute]
/// #     fn thanked(&mut self, _: &Thanked) {}
/// # }
/// #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// struct Donated {
///     donor: String,
/// }
///
/// #[event_handler]
/// async fn thank_donors(event: Recorded<Donated>, commands: Commands) -> Result<(), HandlerError> {
///     commands.send(Thank { donor: event.donor.clone() }).await?;
///     Ok(())
/// }
/// ```
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

    /// Sends a command, as [`Jangle::send`] does; await what it returns. Its events carry the handled event as their
    /// causation, and its correlation.
    ///
    /// # Errors
    /// Awaited, [`SendError`](crate::SendError).
    ///
    /// ```
    /// use jangle::prelude::*;
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    /// # struct Close { #[aggregate_id] ticket: String }
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    /// # struct Closed;
    /// # #[derive(Debug, Default)]
    /// # struct Ticket { closed: bool }
    /// # #[aggregate]
    /// # impl Ticket {
    /// #     #[validate_command]
    /// #     fn close(&self, _: Close) -> Result<Closed, String> {
    /// #         if self.closed { Err("it is closed".into()) } else { Ok(Closed) }
    /// #     }
    /// #     #[reconstitute]
    /// #     fn closed(&mut self, _: &Closed) { self.closed = true; }
    /// # }
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    /// # struct Paid { ticket: String }
    /// #[event_handler]
    /// async fn close_paid(event: Recorded<Paid>, commands: Commands) -> Result<(), HandlerError> {
    ///     match commands.send(Close { ticket: event.ticket.clone() }).await {
    ///         // A refusal is an answer, and trying again would not change it.
    ///         Ok(_) | Err(SendError::Refused(_) | SendError::RefusedBefore { .. }) => Ok(()),
    ///         Err(error) => Err(error.into()),
    ///     }
    /// }
    /// ```
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
///
/// ```
/// use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Query)]
/// # #[query(response = u64)]
/// # struct StockOf { product: String }
/// # #[query_handler]
/// # async fn stock_of(query: StockOf) -> Result<u64, QueryError> { Ok(query.product.len() as u64) }
/// #[derive(Debug, Clone, Serialize, Deserialize, Query)]
/// #[query(response = bool)]
/// struct IsAvailable {
///     product: String,
/// }
///
/// #[query_handler]
/// async fn is_available(query: IsAvailable, queries: Queries) -> Result<bool, QueryError> {
///     Ok(queries.query(StockOf { product: query.product }).await? > 0)
/// }
/// ```
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
    ///
    /// ```
    /// use jangle::prelude::*;
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Query)]
    /// # #[query(response = u64)]
    /// # struct StockOf { product: String }
    /// # #[query_handler]
    /// # async fn stock_of(query: StockOf) -> Result<u64, QueryError> { Ok(query.product.len() as u64) }
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    /// # struct Sold { product: String }
    /// #[event_handler]
    /// async fn warn_of_low_stock(event: Recorded<Sold>, queries: Queries) -> Result<(), HandlerError> {
    ///     if queries.query(StockOf { product: event.product.clone() }).await? < 10 {
    ///         println!("order more of {}", event.product);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn query<Q, H>(&self, query: Q) -> Asking<Q::Response>
    where
        Q: AnsweredBy<H>,
        H: 'static,
    {
        Asking::new::<Q, H>(self.app.clone(), query, true)
    }
}
