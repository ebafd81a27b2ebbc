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

#[derive(Serialize, Deserialize, Event)]
struct Opened;

#[derive(Default)]
struct Door;

#[aggregate]
impl Door {
    #[validate_command]
    fn open(&self, _: Open) -> Opened {
        Opened
    }

    #[reconstitute]
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Serialize, Deserialize, Event)]
struct Entered;

#[derive(Default)]
struct Visit;

#[saga]
impl Visit {
    #[reconstitute]
    fn entered(&mut self, _: &Entered) {}

    #[event_receiver(by = visit)]
    fn open(&self, event: &Rang) -> Dispatch<Open, Entered, ()> {
        dispatch(Open { door: event.visit.clone() }).accepted(|_| Entered)
    }
}

fn main() {}
