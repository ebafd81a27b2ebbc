use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Bell {
    house: String,
}

#[derive(Serialize, Deserialize, Event)]
struct Rang {
    bell: Bell,
}

#[derive(Default)]
struct Visit;

#[saga]
impl Visit {
    #[event_receiver(by = bell.visit)]
    fn rang(&self, _: &Rang) -> Complete {
        Complete
    }
}

fn main() {}
