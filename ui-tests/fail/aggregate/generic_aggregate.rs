use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Command)]
struct Open {
    #[aggregate_id]
    id: String,
}

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[derive(Default)]
struct Door<T>(T);

#[aggregate]
impl<T> Door<T> {
    #[validate_command]
    fn open(&self, _command: Open) -> Opened {
        Opened
    }
}

fn main() {}
