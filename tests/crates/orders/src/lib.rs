//! Orders, in a crate that knows jangle under another name, and whose commands and events are another crate's.

use ev::prelude::*;
use serde::{Deserialize, Serialize};
use shop_contract::{Ordered, PlaceOrder};

/// An order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Order {
    pieces: u64,
}

#[aggregate(crate = ev, snapshot_every = 2)]
impl Order {
    #[validate_command]
    fn place(&self, command: PlaceOrder) -> Result<(Ordered, Reply<u64>), String> {
        match self.pieces + command.pieces {
            pieces if pieces > 10 => Err("10 pieces at most".to_owned()),
            pieces => Ok((Ordered { pieces: command.pieces }, Reply(pieces))),
        }
    }

    #[reconstitute]
    fn ordered(&mut self, event: &Ordered) {
        self.pieces += event.pieces;
    }
}

/// What was ordered.
#[derive(Debug, Clone, PartialEq, View)]
#[view(crate = ev)]
pub struct Demand {
    #[key]
    order: String,
    #[merge(sum)]
    pieces: u64,
}

/// Counts.
#[event_handler(crate = ev, id = "demand")]
pub async fn count(event: Recorded<Ordered>, demand: Merge<Demand>) -> Result<(), HandlerError> {
    demand.merge(Demand::at(event.aggregate_id()).pieces(event.pieces)).await?;
    Ok(())
}

/// How many pieces of an order?
#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(crate = ev, response = u64)]
pub struct PiecesOf(pub String);

/// Answers.
#[query_handler(crate = ev)]
pub async fn pieces_of(query: PiecesOf, demand: View<Demand>) -> Result<u64, QueryError> {
    Ok(demand.get(&query.0).await?.map_or(0, |row| row.pieces))
}

/// An event of this crate's own.
#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(crate = ev)]
pub struct Archived;

/// A command of this crate's own.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
#[command(crate = ev)]
pub struct Archive(#[aggregate_id] pub String);
