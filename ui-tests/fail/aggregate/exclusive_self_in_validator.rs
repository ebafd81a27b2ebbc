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
    #[validate_command]
    fn open(&mut self, _command: Open) -> Opened {
        Opened
    }

    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}

fn main() {}
