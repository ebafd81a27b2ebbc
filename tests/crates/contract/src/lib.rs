//! What clients of a shop know: commands and events, and nothing that decides them.

use jangle::prelude::*;
use serde::{Deserialize, Serialize};

/// Asks for pieces of a product.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
#[command(name = "shop.place_order")]
pub struct PlaceOrder {
    /// The order.
    #[aggregate_id]
    pub order: String,
    /// How many.
    pub pieces: u64,
}

/// Another program decides it.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
#[command(name = "shop.cancel_order")]
pub struct CancelOrder {
    /// The order.
    #[aggregate_id]
    pub order: String,
}

/// Pieces were ordered.
#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "shop.ordered")]
pub struct Ordered {
    /// How many.
    pub pieces: u64,
}
