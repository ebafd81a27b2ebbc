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

#[aggregate]
impl Door {
    #[reconstitute]
    fn opened(&mut self, _event: &Opened) -> bool {
        true
    }
}

fn main() {}
