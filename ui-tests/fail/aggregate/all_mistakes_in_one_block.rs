use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Command)]
struct Open(#[aggregate_id] String);

#[derive(Serialize, Deserialize, Command)]
struct Close(#[aggregate_id] String);

#[derive(Serialize, Deserialize, Event)]
struct Opened;

#[derive(Default)]
struct Door;

#[aggregate(title = "door", snapshot_every = "often")]
impl Door {
    #[validate_command]
    fn open(&mut self, _command: Open) -> Opened {
        Opened
    }

    #[validate_command]
    async fn open_again(&self, _command: Open) -> Opened {
        Opened
    }

    #[validate_command]
    const fn close<T>(&self, _command: &Close) {}

    #[reconstitute]
    unsafe fn opened(&self, _event: Opened) -> bool {
        true
    }
}

// Nothing that depends on the block is blamed for its mistakes.
async fn send(app: Jangle) {
    let _ = app.send(Close("front".into())).await;
    let _ = app.send(Open("front".into())).await;
}

fn main() {}
