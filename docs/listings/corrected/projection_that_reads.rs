use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Opened;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge(count)]
    opened: u64,
}

#[event_handler]
async fn count(
    event: Recorded<Opened>,
    doors: Merge<Doors>,
) -> Result<(), HandlerError> {
    doors.merge(Doors::at(event.aggregate_id()).opened()).await?;
    Ok(())
}

#[event_handler]
async fn react(
    _event: Recorded<Opened>,
    _commands: Commands,
    _queries: Queries,
) -> Result<(), HandlerError> {
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
