//! Items by name: `with`, and what the model knows of commands and events.

use jangle::prelude::*;
use jangle_tests::{on_every_store, stores::Reopen};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct OpenDoor(#[aggregate_id] String);

/// Nobody decides it.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
#[command(name = "door.paint")]
struct PaintDoor(#[aggregate_id] String);

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "door.opened", version = 3)]
struct DoorOpened;

/// Nothing yields it.
#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "door.painted")]
struct DoorPainted;

#[derive(Debug, Default)]
struct Door;

#[aggregate]
impl Door {
    #[validate_command]
    fn open(&self, _command: OpenDoor) -> DoorOpened {
        DoorOpened
    }

    #[reconstitute]
    fn opened(&mut self, _event: &DoorOpened) {}
}

#[derive(Debug, Clone, PartialEq, View)]
struct Openings {
    #[key]
    door: String,
    #[merge(count)]
    times: u64,
}

#[event_handler(id = "openings")]
async fn count(event: Recorded<DoorOpened>, openings: Merge<Openings>) -> Result<(), HandlerError> {
    openings.merge(Openings::at(event.aggregate_id()).times()).await?;
    Ok(())
}

#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = u64)]
struct OpeningsOf(String);

#[query_handler]
async fn openings_of(query: OpeningsOf, openings: View<Openings>) -> Result<u64, QueryError> {
    Ok(openings.get(&query.0).await?.map_or(0, |row| row.times))
}

/// What its name names is a function all the same.
#[query_handler]
async fn constant(_query: Constant) -> Result<u64, QueryError> {
    Ok(7)
}

#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = u64)]
struct Constant;

async fn an_application_is_made_of_the_items_that_are_named_and_of_no_others(stores: impl Reopen) {
    let builder = Jangle::builder().with::<Door>().with::<Openings>().with::<count>().with::<openings_of>();
    let app = builder.with::<Door>().with::<count>().store(stores.open().await).start().await.unwrap();
    let model = app.model();
    let kinds = [model.aggregates().count(), model.handlers().count(), model.queries().count(), model.views().count()];
    assert_eq!(kinds, [1, 1, 1, 1], "each once, and nothing of the other modules");

    let receipt = app.send(OpenDoor("front".into())).await.unwrap();
    assert_eq!(app.query(OpeningsOf("front".into())).after(&receipt).await.unwrap(), 1);
    assert!(app.query(Constant).await.is_ok(), "a query is answered by the function that was compiled for it");
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_handler_is_still_called_by_its_name() {
    assert_eq!(constant(Constant).await.unwrap(), 7);
}

#[test]
fn items_that_are_named_are_held_against_each_other() {
    let told = Jangle::builder().with::<Door>().with::<count>().model().check().unwrap_err().to_string();
    assert!(told.contains("`count`") && told.contains("takes the view `openings`"), "{told}");
    assert!(told.contains("add `.with::<…>()`"), "{told}");
}

#[test]
fn the_model_knows_the_place_of_every_command_and_event() {
    let model = Jangle::builder().only(module_path!()).model();
    let decided = model.commands().next().unwrap();
    assert_eq!((decided.name(), decided.meta.kind, decided.aggregate()), ("OpenDoor", "OpenDoor", "door"));
    let unhandled: Vec<_> = model.unhandled_commands().collect();
    assert_eq!(unhandled.iter().map(|meta| (meta.name, meta.kind)).collect::<Vec<_>>(), [("door.paint", "PaintDoor")]);
    let events = model.events();
    let names: Vec<_> = events.iter().map(|event| (event.meta.name, event.meta.kind, event.schema_version)).collect();
    assert_eq!(names, [("door.opened", "DoorOpened", 3), ("door.painted", "DoorPainted", 1)]);
    for meta in [decided.meta, unhandled[0], events[0].meta, events[1].meta] {
        assert_eq!((meta.file, meta.module), (file!(), module_path!()));
        let declared = include_str!("items.rs").lines().nth(meta.line as usize - 1).unwrap();
        assert!(declared.starts_with("#[derive("), "{meta}: {declared}");
    }
}

on_every_store!(an_application_is_made_of_the_items_that_are_named_and_of_no_others);
