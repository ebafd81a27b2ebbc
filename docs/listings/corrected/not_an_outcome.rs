use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Command)]
struct Open {
    #[aggregate_id]
    id: String,
}

#[derive(Serialize, Deserialize, Event)]
struct Opened;

#[derive(Default)]
struct Door;

#[aggregate]
impl Door {
    #[validate_command]
    fn open(&self, _command: Open) -> (Opened, Reply<u32>) {
        (Opened, Reply(7))
    }

    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}
