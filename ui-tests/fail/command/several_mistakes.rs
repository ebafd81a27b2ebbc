use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Command)]
#[command(named = "open", name = 7)]
struct Open {
    id: String,
}

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[derive(Default)]
struct Door;

#[aggregate]
impl Door {
    #[validate_command]
    fn open(&self, _command: Open) -> Opened {
        Opened
    }

    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}

fn main() {}
