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
    fn rang(&self, _: &Rang) -> Wait {
        Wait
    }

    #[on_deadline]
    fn late(&self) -> Fail {
        Fail { why: "nobody opened".into() }
    }
}

fn main() {}
