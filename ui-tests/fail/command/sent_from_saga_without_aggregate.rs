use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Rang {
    visit: String,
}

#[derive(Serialize, Deserialize, Command)]
struct Open {
    #[aggregate_id]
    door: String,
}

#[derive(Default)]
struct Visit;

#[saga]
impl Visit {
    #[event_receiver(by = visit)]
    fn open(&self, event: &Rang) -> Dispatch<Open, (), ()> {
        dispatch(Open { door: event.visit.clone() }).accepted(|_| ()).refused(|_| ())
    }
}

fn main() {}
