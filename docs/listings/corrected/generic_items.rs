use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Command)]
struct OpenDoor(#[aggregate_id] String);

#[derive(Serialize, Deserialize, Command)]
struct OpenGate(#[aggregate_id] String);

#[derive(Serialize, Deserialize, Event)]
struct Opened;

/// What a door and a gate have in common.
#[derive(Default)]
struct Hinge {
    open: bool,
}

#[derive(Default)]
struct Door {
    hinge: Hinge,
}

#[aggregate]
impl Door {
    #[validate_command]
    fn open(&self, _command: OpenDoor) -> Option<Opened> {
        (!self.hinge.open).then_some(Opened)
    }

    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {
        self.hinge.open = true;
    }
}

#[derive(Default)]
struct Gate {
    hinge: Hinge,
}

#[aggregate]
impl Gate {
    #[validate_command]
    fn open(&self, _command: OpenGate) -> Option<Opened> {
        (!self.hinge.open).then_some(Opened)
    }

    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {
        self.hinge.open = true;
    }
}
