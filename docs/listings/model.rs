//! The model: what is linked, checked, narrowed and drawn.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

// ANCHOR: imports
use jangle::prelude::*;
// ANCHOR_END: imports

/// Lamps that are switched on, and how often.
mod lamps {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub struct SwitchOn(#[aggregate_id] pub String);

    #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    #[event(name = "lamps.switched_on")]
    pub struct SwitchedOn;

    #[derive(Debug, Default)]
    pub struct Lamp;

    #[aggregate]
    impl Lamp {
        #[validate_command]
        fn switch_on(&self, _: SwitchOn) -> SwitchedOn {
            SwitchedOn
        }

        #[reconstitute]
        fn switched_on(&mut self, _: &SwitchedOn) {}
    }

    #[derive(Debug, View)]
    #[allow(dead_code, reason = "nothing reads it here")]
    pub struct Usage {
        #[key]
        pub lamp: String,
        #[merge(count)]
        pub times: u64,
    }

    #[event_handler]
    async fn count_usage(
        event: Recorded<SwitchedOn>,
        usage: Merge<Usage>,
    ) -> Result<(), HandlerError> {
        usage.merge(Usage::at(event.aggregate_id()).times()).await?;
        Ok(())
    }
}

/// Another part of the program.
mod doors {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub struct OpenDoor(#[aggregate_id] pub String);

    #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    #[event(name = "doors.opened")]
    pub struct DoorOpened;

    #[derive(Debug, Default)]
    pub struct Door;

    #[aggregate]
    impl Door {
        #[validate_command]
        fn open(&self, _: OpenDoor) -> DoorOpened {
            DoorOpened
        }

        #[reconstitute]
        fn opened(&mut self, _: &DoorOpened) {}
    }
}

#[tokio::test]
async fn everything_that_is_linked_is_part_of_the_model()
-> Result<(), Box<dyn std::error::Error>> {
    // ANCHOR: listing
    let app = Jangle::builder().store(MemoryStore::new()).start().await?;
    for command in app.model().commands() {
        println!("{} decides {}", command.aggregate(), command.name());
    }
    for handler in app.model().handlers() {
        println!("{} follows {}", handler.meta, handler.event);
    }
    // ANCHOR_END: listing
    let names: Vec<_> = app.model().commands().map(|command| command.name()).collect();
    assert_eq!(names, ["OpenDoor", "SwitchOn"]);
    Ok(())
}

#[tokio::test]
async fn a_model_that_started_is_sound() -> Result<(), Box<dyn std::error::Error>> {
    let app = Jangle::builder().store(MemoryStore::new()).start().await?;
    app.model().check()?;
    Ok(())
}

#[tokio::test]
async fn only_a_part_can_be_started() -> Result<(), Box<dyn std::error::Error>> {
    // ANCHOR: only
    let app = Jangle::builder()
        .store(MemoryStore::new())
        .only("model::lamps")
        .start()
        .await?;
    assert_eq!(app.model().aggregates().count(), 1);
    // ANCHOR_END: only
    app.send(lamps::SwitchOn("hall".into())).await?;
    Ok(())
}

#[tokio::test]
async fn the_model_is_drawn() -> Result<(), Box<dyn std::error::Error>> {
    let app = Jangle::builder()
        .store(MemoryStore::new())
        .only("model::lamps")
        .start()
        .await?;
    // ANCHOR: mermaid
    println!("{}", app.model().to_mermaid());
    // ANCHOR_END: mermaid
    jangle_book::shown("model.mermaid", &app.model().to_mermaid());
    Ok(())
}
