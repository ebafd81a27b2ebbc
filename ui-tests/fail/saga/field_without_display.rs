use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Rang {
    visits: Vec<String>,
}

#[derive(Default)]
struct Visit;

#[saga]
impl Visit {
    #[event_receiver(by = visits)]
    fn rang(&self, _: &Rang) -> Complete {
        Complete
    }
}

fn main() {}
