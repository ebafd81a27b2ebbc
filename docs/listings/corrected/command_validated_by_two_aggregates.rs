use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Command)]
struct OpenDoor {
    #[aggregate_id]
    door: String,
}

#[derive(Serialize, Deserialize, Command)]
struct OpenGate {
    #[aggregate_id]
    gate: String,
}

#[derive(Serialize, Deserialize, Event)]
struct Opened;

#[derive(Default)]
struct Door;

#[aggregate]
impl Door {
    #[validate_command]
    fn open(&self, _command: OpenDoor) -> Opened {
        Opened
    }

    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}

#[derive(Default)]
struct Gate;

#[aggregate]
impl Gate {
    #[validate_command]
    fn open(&self, _command: OpenGate) -> Opened {
        Opened
    }

    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}
