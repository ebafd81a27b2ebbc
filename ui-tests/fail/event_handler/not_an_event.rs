use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Opened;

#[event_handler]
async fn follow(event: Recorded<Opened>) -> Result<(), HandlerError> {
    let _ = event;
    Ok(())
}

fn main() {}
