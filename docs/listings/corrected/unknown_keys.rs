use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
#[event(name = "doors.opened", version = 1)]
struct Opened;

#[derive(Default)]
struct Door;

#[aggregate(name = "door")]
impl Door {
    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}

#[event_handler(id = "follow_doors", retry(attempts = 3))]
async fn follow(_event: Recorded<Opened>) -> Result<(), HandlerError> {
    Ok(())
}
