//! A model that is put together by hand, checked without a start, and that passes over
//! what nobody needs any more.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

// ANCHOR: imports
use jangle::{JangleBuilder, prelude::*};
// ANCHOR_END: imports

use serde::{Deserialize, Serialize};
use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

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

// ANCHOR: builder
#[derive(Debug, Default)]
struct Porter {
    called: AtomicU32,
}

#[event_handler]
async fn call_porter(
    _: Recorded<Rung>,
    porter: State<Porter>,
) -> Result<(), HandlerError> {
    porter.called.fetch_add(1, Ordering::SeqCst);
    Ok(())
}

/// What the program and its tests have in common: all but the store.
fn builder() -> JangleBuilder {
    Jangle::builder().state(Porter::default())
}
// ANCHOR_END: builder

// ANCHOR: check
/// In the tests of a program: what the check finds fails here, and not at the start.
#[test]
fn the_model_is_sound() {
    builder().model().check().unwrap();
}

/// Each command that is derived has an aggregate here, also those that nobody sends.
#[test]
fn every_command_is_decided() {
    let builder = builder();
    let forgotten: Vec<_> = builder.model().unhandled_commands().collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}
// ANCHOR_END: check

#[tokio::test]
async fn the_same_builder_starts_the_program() -> Result<(), Box<dyn std::error::Error>>
{
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("bells.db");
    // ANCHOR: main
    let app = builder().store(SqliteStore::open(&file).await?).start().await?;
    // ANCHOR_END: main
    app.send(Ring("front".into())).await?;
    app.settle(Duration::from_secs(30)).await?;
    assert_eq!(app.state::<Porter>().called.load(Ordering::SeqCst), 1);
    app.shutdown().await?;
    Ok(())
}

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
    let builder = builder().store(MemoryStore::new());
    // ANCHOR: ignore
    let app = builder.ignore_event("bells.polished").start().await?;
    // ANCHOR_END: ignore
    app.send(Ring("front".into())).await?;
    Ok(())
}
