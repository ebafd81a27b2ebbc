use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Command)]
struct Open {
    #[aggregate_id]
    id: String,
}

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[derive(Default)]
struct Door;

#[aggregate(name = door, snapshot_every = -1, snapshot_version = "2", name = "x")]
impl Door {
    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}

fn main() {}
