//! Bells, one of which nobody answers.

use jangle::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU32, Ordering};

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct Ring(#[aggregate_id] pub String);

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
pub struct Rung;

#[derive(Debug, Default)]
pub struct Bell;

#[aggregate]
impl Bell {
    #[validate_command]
    fn ring(&self, _: Ring) -> Rung {
        Rung
    }

    #[reconstitute]
    fn rung(&mut self, _: &Rung) {}
}

#[derive(Debug, Default)]
pub struct Answered(pub AtomicU32);
// ANCHOR: failing
#[event_handler(retry(attempts = 3, first = "1ms"))]
async fn answer(
    event: Recorded<Rung>,
    answered: State<Answered>,
) -> Result<(), HandlerError> {
    if event.aggregate_id() == "broken" {
        return Err(HandlerError::msg("nobody is at home"));
    }
    answered.0.fetch_add(1, Ordering::SeqCst);
    Ok(())
}
// ANCHOR_END: failing

#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = u32)]
pub struct HowMany;

#[query_handler]
async fn how_many(_: HowMany, answered: State<Answered>) -> Result<u32, QueryError> {
    Ok(answered.0.load(Ordering::SeqCst))
}
