use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Rang {
    visit: String,
}

#[derive(Default)]
struct Visit;

#[saga(deadline = "5m")]
impl Visit {
    #[event_receiver(by = visit)]
    #[on_deadline]
    fn rang(&self, _: &Rang) -> Complete {
        Complete
    }
}

fn main() {}
