//! Orders, and what follows from them.

// ANCHOR: imports
use jangle::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Mutex;
// ANCHOR_END: imports

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct PlaceOrder {
    #[aggregate_id]
    pub order: String,
    pub customer: String,
    pub cents: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct AddPoints {
    #[aggregate_id]
    pub customer: String,
    pub points: i64,
}

// ANCHOR: event
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Event)]
#[event(name = "shop.order_placed", version = 1)]
pub struct OrderPlaced {
    pub customer: String,
    pub cents: i64,
}
// ANCHOR_END: event

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Event)]
#[event(name = "shop.points_added")]
pub struct PointsAdded {
    pub points: i64,
}

#[derive(Debug, Default)]
pub struct Order {
    placed: bool,
}

#[aggregate]
impl Order {
    #[validate_command]
    fn place(&self, command: PlaceOrder) -> Option<OrderPlaced> {
        (!self.placed)
            .then_some(OrderPlaced { customer: command.customer, cents: command.cents })
    }

    #[reconstitute]
    fn placed(&mut self, _: &OrderPlaced) {
        self.placed = true;
    }
}

#[derive(Debug, Default)]
pub struct Customer {
    points: i64,
}

#[aggregate]
impl Customer {
    #[validate_command]
    fn add_points(&self, command: AddPoints) -> (PointsAdded, Reply<i64>) {
        (PointsAdded { points: command.points }, Reply(self.points + command.points))
    }

    #[reconstitute]
    fn points_added(&mut self, event: &PointsAdded) {
        self.points += event.points;
    }
}

// ANCHOR: projection
#[derive(Debug, Clone, PartialEq, View)]
pub struct Turnover {
    #[key]
    pub customer: String,
    #[merge(count)]
    pub orders: u64,
    #[merge(sum)]
    pub cents: i64,
}

#[event_handler]
async fn count_turnover(
    event: Recorded<OrderPlaced>,
    turnover: Merge<Turnover>,
) -> Result<(), HandlerError> {
    turnover.merge(Turnover::at(&event.customer).orders().cents(event.cents)).await?;
    Ok(())
}
// ANCHOR_END: projection

// ANCHOR: reaction
/// Where confirmations go; what the application is started with.
pub struct Mailer {
    pub sent: Mutex<Vec<String>>,
}

#[event_handler(retry(attempts = 8, first = "1s", factor = 3, max = "1h"))]
async fn confirm(
    event: Recorded<OrderPlaced>,
    mailer: State<Mailer>,
) -> Result<(), HandlerError> {
    // The same each time: a server that knows such keys sends the mail once.
    let mail = format!("{} {}: thank you", event.id(), event.customer);
    mailer
        .sent
        .lock()
        .map_err(|_| HandlerError::msg("the mailer is broken"))?
        .push(mail);
    Ok(())
}
// ANCHOR_END: reaction

// ANCHOR: sending
#[event_handler]
async fn reward(
    event: Recorded<OrderPlaced>,
    commands: Commands,
) -> Result<(), HandlerError> {
    let points = event.cents / 100;
    match commands.send(AddPoints { customer: event.customer.clone(), points }).await {
        // A refusal is an answer: trying again would not change it.
        Ok(_) | Err(SendError::Refused(_) | SendError::RefusedBefore { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
// ANCHOR_END: sending

#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Option<Turnover>)]
pub struct TurnoverOf {
    pub customer: String,
}

#[query_handler]
async fn turnover_of(
    query: TurnoverOf,
    turnover: View<Turnover>,
) -> Result<Option<Turnover>, QueryError> {
    Ok(turnover.get(&query.customer).await?)
}
