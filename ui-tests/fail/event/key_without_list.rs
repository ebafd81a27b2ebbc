use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Event)]
#[event]
struct Opened;

fn main() {}
