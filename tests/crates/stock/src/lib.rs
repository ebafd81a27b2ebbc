//! Stock, in a crate that has jangle through a facade.

use serde::{Deserialize, Serialize};
use shop_facade::jangle::prelude::*;

/// Puts pieces on the shelf.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
#[command(crate = ::shop_facade::jangle)]
pub struct Deliver {
    /// The shelf.
    #[aggregate_id]
    pub shelf: u32,
    /// How many.
    pub pieces: u64,
}

/// Pieces are on the shelf.
#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(crate = ::shop_facade::jangle)]
pub struct Delivered {
    pieces: u64,
}

/// A shelf.
#[derive(Debug, Default)]
pub struct Shelf {
    pieces: u64,
}

#[aggregate(crate = ::shop_facade::jangle)]
impl Shelf {
    #[validate_command]
    fn deliver(&self, command: Deliver) -> (Delivered, Reply<u64>) {
        (Delivered { pieces: command.pieces }, Reply(self.pieces + command.pieces))
    }

    #[reconstitute]
    fn delivered(&mut self, event: &Delivered) {
        self.pieces += event.pieces;
    }
}
