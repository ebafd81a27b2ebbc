//! An aggregate that was renamed has no history any more; that is told.

use super::support::json;
use jangle::{
    CommandId, EventId, Metadata, Timestamp,
    prelude::*,
    store::{Append, EventStore, NewEvent, StreamId},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

mod chosen {
    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    struct Fill(#[aggregate_id] String);

    #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    struct Filled;

    #[derive(Debug, Default)]
    struct Shelf;

    #[aggregate]
    impl Shelf {
        #[validate_command]
        fn fill(&self, _: Fill) -> Filled {
            Filled
        }
        #[reconstitute]
        fn filled(&mut self, _: &Filled) {}
    }
}

mod left_out {
    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    struct Pack(#[aggregate_id] String);

    #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    struct Packed;

    #[derive(Debug, Default)]
    struct Trunk;

    #[aggregate]
    impl Trunk {
        #[validate_command]
        fn pack(&self, _: Pack) -> Packed {
            Packed
        }
        #[reconstitute]
        fn packed(&mut self, _: &Packed) {}
    }
}

/// A store that has an event of an aggregate of each of these types.
async fn holding(aggregate_types: &[&str]) -> MemoryStore {
    let store = MemoryStore::new();
    let append = |aggregate_type: &&str| {
        let stream = StreamId::new(*aggregate_type, "one");
        let event = NewEvent {
            id: EventId::from_uuid(CommandId::new().as_uuid()),
            stream: stream.clone(),
            must_be_new: false,
            name: "filled".into(),
            schema_version: 1,
            payload: "null".to_owned(),
            metadata: Metadata::default(),
            occurred_at: None,
        };
        let recorded_at = Timestamp::from_micros(0);
        Append { expected: (stream, 0), depends_on: vec![], events: vec![event], receipt: None, recorded_at }
    };
    store.append(aggregate_types.iter().map(append).collect()).await.unwrap();
    store
}

#[tokio::test]
async fn aggregates_of_the_store_that_the_program_does_not_have_are_warnings() {
    let (log, _guard) = json("warn");
    let store = holding(&["shelf", "copy", "trunk", "book"]).await;
    let builder = Jangle::builder().store(store).only(concat!(module_path!(), "::chosen"));
    builder.environment_variables(false).start().await.unwrap().shutdown().await.unwrap();
    let lines = log.lines();
    let told: Vec<_> = lines.iter().map(|line| (&line["level"], &line["target"], &line["fields"])).collect();
    let [book, copy] = ["book", "copy"].map(|name| json!({ "aggregate": name }));
    let (level, target) = (json!("WARN"), json!("jangle::app"));
    assert_eq!(told, [(&level, &target, &book), (&level, &target, &copy)]);
    let message = lines[1]["message"].as_str().unwrap();
    assert_eq!(
        message,
        "the store holds events of aggregates named `copy`, which this program does not have; \
         where the aggregate was renamed, write `#[aggregate(name = \"copy\")]`"
    );
    let documented = include_str!("../../../jangle/src/logging/mod.rs");
    assert!(documented.contains(&message.replace("copy", "…")), "{message}");
}
