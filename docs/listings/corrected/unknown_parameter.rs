use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Opened;

/// What the handlers share.
struct Bell;

#[event_handler]
async fn follow(
    _event: Recorded<Opened>,
    bell: State<Bell>,
) -> Result<(), HandlerError> {
    let Bell = &*bell;
    Ok(())
}

#[derive(Serialize, Deserialize, Command)]
struct Open(#[aggregate_id] String);

#[derive(Default)]
struct Door;

#[aggregate]
impl Door {
    #[validate_command]
    fn open(&self, _command: Open) -> Opened {
        Opened
    }

    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}
