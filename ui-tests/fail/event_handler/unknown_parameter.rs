use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[event_handler]
async fn follow(event: Recorded<Opened>, clock: std::time::Instant) -> Result<(), HandlerError> {
    let _ = (event, clock);
    Ok(())
}

fn main() {}
