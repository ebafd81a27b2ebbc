use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Command)]
struct Open {
    #[aggregate_id]
    id: String,
}

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[derive(Default)]
struct House;

#[aggregate]
impl House {}

#[derive(Default)]
struct Door;

#[aggregate]
impl Door {
    #[validate_command]
    fn open(&self, command: Open) -> Option<On<House, Opened>> {
        Some(On::new(command.id, Opened))
    }
}

fn main() {}
