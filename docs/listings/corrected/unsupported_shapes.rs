use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Command)]
struct Open {
    #[aggregate_id]
    id: String,
    /// Looked up by the sender.
    key_is_valid: bool,
}

#[derive(Serialize, Deserialize, Event)]
struct Opened;

#[derive(Default)]
struct Door;

#[aggregate]
impl Door {
    #[validate_command]
    fn open(&self, command: Open) -> Result<Opened, &'static str> {
        if command.key_is_valid { Ok(Opened) } else { Err("that key does not fit") }
    }

    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}
