//! An event, before its type got a field.

use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct Rename {
    #[aggregate_id]
    pub shop: String,
    pub name: String,
}

// ANCHOR: event
#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "shop.renamed", version = 1)]
pub struct Renamed {
    pub name: String,
}
// ANCHOR_END: event

#[derive(Debug, Default)]
pub struct Shop;

#[aggregate]
impl Shop {
    #[validate_command]
    fn rename(&self, command: Rename) -> Renamed {
        Renamed { name: command.name }
    }

    #[reconstitute]
    fn renamed(&mut self, _: &Renamed) {}
}
