use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, Event)]
struct Opened;

#[derive(Debug, Default)]
struct Door;

#[aggregate]
impl Door {
    #[reconstitute]
    fn opened(&mut self, _: &Opened) {}
}

struct Mailer;

#[event_handler]
async fn tell_the_porter(
    _: Recorded<Opened>,
    _: State<Mailer>,
) -> Result<(), HandlerError> {
    Ok(())
}
