use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Opened;

mod opened {}

#[event_handler]
async fn opened(_event: Recorded<Opened>) -> Result<(), HandlerError> {
    Ok(())
}

fn main() {}
