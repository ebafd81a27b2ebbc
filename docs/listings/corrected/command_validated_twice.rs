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
struct Door {
    open: bool,
}

#[aggregate]
impl Door {
    #[validate_command]
    fn open(&self, _command: Open) -> Option<Opened> {
        self.is_closed().then_some(Opened)
    }

    fn is_closed(&self) -> bool {
        !self.open
    }

    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {
        self.open = true;
    }
}
