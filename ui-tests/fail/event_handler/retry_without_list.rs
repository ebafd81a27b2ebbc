use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[event_handler(retry = 3)]
async fn follow(event: Recorded<Opened>) -> Result<(), HandlerError> {
    let _ = event;
    Ok(())
}

fn main() {}
