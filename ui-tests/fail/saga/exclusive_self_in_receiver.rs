use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Rang {
    visit: String,
}

#[derive(Default)]
struct Visit {
    rings: u32,
}

#[saga]
impl Visit {
    #[event_receiver(by = visit)]
    fn rang(&mut self, _: &Rang) -> Wait {
        self.rings += 1;
        Wait
    }
}

fn main() {}
