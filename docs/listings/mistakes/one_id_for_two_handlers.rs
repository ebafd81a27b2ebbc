use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, Event)]
struct Opened;

#[derive(Debug, Serialize, Deserialize, Event)]
struct Closed;

#[event_handler(id = "watch")]
async fn watch_opening(_: Recorded<Opened>) -> Result<(), HandlerError> {
    Ok(())
}

#[event_handler(id = "watch")]
async fn watch_closing(_: Recorded<Closed>) -> Result<(), HandlerError> {
    Ok(())
}
