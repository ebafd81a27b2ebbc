use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, Command)]
struct OpenDoor(#[aggregate_id] String);

#[derive(Debug, Serialize, Deserialize, Command)]
struct OpenGate(#[aggregate_id] String);

#[derive(Debug, Serialize, Deserialize, Event)]
#[event(name = "opened")]
struct DoorOpened;

#[derive(Debug, Serialize, Deserialize, Event)]
#[event(name = "opened")]
struct GateOpened;

#[derive(Debug, Default)]
struct Door;

#[aggregate]
impl Door {
    #[validate_command]
    fn open(&self, _: OpenDoor) -> DoorOpened {
        DoorOpened
    }

    #[reconstitute]
    fn opened(&mut self, _: &DoorOpened) {}
}

#[derive(Debug, Default)]
struct Gate;

#[aggregate]
impl Gate {
    #[validate_command]
    fn open(&self, _: OpenGate) -> GateOpened {
        GateOpened
    }

    #[reconstitute]
    fn opened(&mut self, _: &GateOpened) {}
}
