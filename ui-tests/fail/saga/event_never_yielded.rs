use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Rang {
    visit: String,
}

#[derive(Serialize, Deserialize, Event)]
struct Entered;

#[derive(Default)]
struct Visit;

#[saga]
impl Visit {
    #[event_receiver(by = visit)]
    fn rang(&self, _: &Rang) -> Wait {
        Wait
    }

    #[event_receiver]
    fn entered(&self, _: &Entered) -> Complete {
        Complete
    }
}

fn main() {}
