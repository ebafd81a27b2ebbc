use super::elsewhere::Openings;
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

#[event_handler]
async fn count_openings(
    event: Recorded<Opened>,
    openings: Merge<Openings>,
) -> Result<(), HandlerError> {
    openings.merge(Openings::at(event.aggregate_id()).times()).await?;
    Ok(())
}
