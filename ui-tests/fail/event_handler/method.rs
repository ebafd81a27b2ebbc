use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

struct Door;

impl Door {
    #[event_handler]
    async fn follow(&self, event: Recorded<Opened>) -> Result<(), HandlerError> {
        let _ = event;
        Ok(())
    }
}

fn main() {}
