//! The same event, as it is read now.

use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct Describe(#[aggregate_id] pub String);
// ANCHOR: changed
#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "shop.renamed", version = 2)]
pub struct ShopRenamed {
    pub name: String,
    /// Since version 2. Events of version 1 have none.
    #[serde(default)]
    pub reason: Option<String>,
}
// ANCHOR_END: changed

#[derive(Debug, Default)]
pub struct Shop {
    name: String,
    reasons: u32,
}

#[aggregate]
impl Shop {
    #[validate_command]
    fn describe(&self, _: Describe) -> Reply<(String, u32)> {
        Reply((self.name.clone(), self.reasons))
    }

    #[reconstitute]
    fn renamed(&mut self, event: &ShopRenamed) {
        self.name.clone_from(&event.name);
        self.reasons += u32::from(event.reason.is_some());
    }
}
