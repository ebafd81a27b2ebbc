use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[event_handler(retry(attempts = 0, first = "soon", factor = "2", most = "1m"))]
async fn follow(event: Recorded<Opened>) -> Result<(), HandlerError> {
    let _ = event;
    Ok(())
}

fn main() {}
