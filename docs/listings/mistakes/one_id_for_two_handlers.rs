use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, Event)]
struct Opened;

#[derive(Debug, Serialize, Deserialize, Event)]
struct Closed;

#[derive(Debug, Default)]
struct Door;

#[aggregate]
impl Door {
    #[reconstitute]
    fn opened(&mut self, _: &Opened) {}

    #[reconstitute]
    fn closed(&mut self, _: &Closed) {}
}

#[event_handler(id = "watch")]
async fn watch_opening(_: Recorded<Opened>) -> Result<(), HandlerError> {
    Ok(())
}

#[event_handler(id = "watch")]
async fn watch_closing(_: Recorded<Closed>) -> Result<(), HandlerError> {
    Ok(())
}
