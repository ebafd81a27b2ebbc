use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Rang {
    visit: String,
}

#[derive(Default)]
struct Visit;

#[saga(title = "visit")]
impl Visit {
    #[event_receiver(field = visit)]
    fn rang(&self, _: &Rang) -> Complete {
        Complete
    }
}

fn main() {}
