use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[reconstitute]
fn opened(_event: &Opened) {}

fn main() {}
