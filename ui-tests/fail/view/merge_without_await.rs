#![deny(unused_must_use)]

use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge(count)]
    opened: u64,
}

#[event_handler]
async fn follow(event: Recorded<Opened>, doors: Merge<Doors>) -> Result<(), HandlerError> {
    doors.merge(Doors::at(event.aggregate_id()).opened());
    Ok(())
}

fn main() {}
