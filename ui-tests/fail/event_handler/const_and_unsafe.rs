use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[event_handler]
async unsafe fn follow(event: Recorded<Opened>) -> Result<(), HandlerError> {
    let _ = event;
    Ok(())
}

fn main() {}
