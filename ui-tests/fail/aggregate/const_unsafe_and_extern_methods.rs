use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Command)]
struct Open {
    #[aggregate_id]
    id: String,
}

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[derive(Clone, serde::Serialize, serde::Deserialize, Command)]
struct Close {
    #[aggregate_id]
    id: String,
}

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Closed;

#[derive(Default)]
struct Door;

#[aggregate]
impl Door {
    #[validate_command]
    const fn open(&self, _command: Open) -> Opened {
        Opened
    }

    #[validate_command]
    unsafe fn close(&self, _command: Close) -> Closed {
        Closed
    }

    #[reconstitute]
    extern "C" fn opened(&mut self, _event: &Opened) {}

    #[reconstitute]
    fn closed(&mut self, _event: &Closed) {}
}

fn main() {}
