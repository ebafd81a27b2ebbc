use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Event)]
#[event(name = "", version = 0, name = "opened")]
struct Opened;

fn main() {}
