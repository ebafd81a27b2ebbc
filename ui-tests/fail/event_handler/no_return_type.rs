use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[event_handler]
async fn follow(event: Recorded<Opened>) {
    let _ = event;
}

fn main() {}
