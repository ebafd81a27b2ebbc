use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, Command)]
struct Open(#[aggregate_id] String);

#[derive(Debug, Serialize, Deserialize, Event)]
struct Opened;

#[derive(Debug, Default)]
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

#[derive(Debug, Default)]
struct Gate;

#[aggregate]
impl Gate {
    #[validate_command]
    fn open(&self, _: Open) -> Opened {
        Opened
    }

    #[reconstitute]
    fn opened(&mut self, _: &Opened) {}
}
