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

#[derive(Default)]
struct Door;

#[aggregate(nam = "door")]
impl Door {
    #[validate_command]
    fn open(&mut self, _command: Open) -> Opened {
        Opened
    }

    #[validate_command]
    fn open_again(&self, _command: Open) -> Opened {
        Opened
    }

    #[reconstitute]
    fn opened(&self, _event: &Opened) {}
}

async fn run(app: Jangle) {
    // The stubs let this pass, so that only the mistakes above are reported.
    let _ = app.send(Open { id: String::new() }).await;
}

fn main() {}
