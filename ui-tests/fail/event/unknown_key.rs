use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Event)]
#[event(title = "door.opened")]
struct Opened;

fn main() {}
