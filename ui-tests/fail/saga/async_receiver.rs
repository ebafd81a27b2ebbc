use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Rang {
    visit: String,
}

#[derive(Default)]
struct Visit;

#[saga]
impl Visit {
    #[event_receiver(by = visit)]
    async fn rang(&self, _: &Rang) -> Complete {
        Complete
    }
}

fn main() {}
