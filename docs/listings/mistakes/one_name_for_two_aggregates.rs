use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, Command)]
struct OpenDoor(#[aggregate_id] String);

#[derive(Debug, Serialize, Deserialize, Command)]
struct OpenGate(#[aggregate_id] String);

#[derive(Debug, Serialize, Deserialize, Event)]
struct Opened;

#[derive(Debug, Default)]
struct Door;

#[aggregate(name = "entrance")]
impl Door {
    #[validate_command]
    fn open(&self, _: OpenDoor) -> Opened {
        Opened
    }

    #[reconstitute]
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Debug, Default)]
struct Gate;

#[aggregate(name = "entrance")]
impl Gate {
    #[validate_command]
    fn open(&self, _: OpenGate) -> Opened {
        Opened
    }

    #[reconstitute]
    fn opened(&mut self, _: &Opened) {}
}
