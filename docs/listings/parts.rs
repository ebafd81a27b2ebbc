//! A model that is put together by hand, checked without a start, and that passes over
//! what nobody needs any more.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Ring(#[aggregate_id] String);

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "bells.rung")]
struct Rung;

#[derive(Debug, Default)]
struct Bell;

#[aggregate]
impl Bell {
    #[validate_command]
    fn ring(&self, _: Ring) -> Rung {
        Rung
    }

    #[reconstitute]
    fn rung(&mut self, _: &Rung) {}
}

#[derive(Debug, View)]
#[allow(dead_code, reason = "nothing reads it here")]
struct Rings {
    #[key]
    bell: String,
    #[merge(count)]
    times: u64,
}

#[event_handler]
async fn count_rings(
    event: Recorded<Rung>,
    rings: Merge<Rings>,
) -> Result<(), HandlerError> {
    rings.merge(Rings::at(event.aggregate_id()).times()).await?;
    Ok(())
}

// ANCHOR: check
/// In the tests of a program: whatever the start would refuse fails here, and in the build.
#[test]
fn the_model_is_sound() {
    Jangle::builder().model().check().unwrap();
}
// ANCHOR_END: check

#[tokio::test]
async fn items_can_be_named_one_by_one() -> Result<(), Box<dyn std::error::Error>> {
    // ANCHOR: with
    let builder =
        Jangle::builder().with::<Bell>().with::<Rings>().with::<count_rings>();
    let app = builder.store(MemoryStore::new()).start().await?;
    // ANCHOR_END: with
    assert_eq!(app.model().handlers().count(), 1);
    app.send(Ring("front".into())).await?;
    Ok(())
}

#[tokio::test]
async fn an_event_may_be_passed_over() -> Result<(), Box<dyn std::error::Error>> {
    let builder = Jangle::builder().store(MemoryStore::new());
    // ANCHOR: ignore
    let app = builder.ignore_event("bells.polished").start().await?;
    // ANCHOR_END: ignore
    app.send(Ring("front".into())).await?;
    Ok(())
}
