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
    fn open(&self, _command: Open) -> Opened {
        Opened
    }

    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}

#[derive(Default)]
struct Gate;

#[aggregate]
impl Gate {
    #[validate_command]
    fn open(&self, _command: Open) -> Opened {
        Opened
    }

    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}

async fn run(app: Jangle) {
    let _ = app.send(Open { id: String::new() }).await;
}

fn main() {}
