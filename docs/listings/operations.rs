//! Settings and logs.

// ANCHOR: imports
use jangle::prelude::*;
use std::time::Duration;
// ANCHOR_END: imports

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Command)]
struct Ring {
    #[aggregate_id]
    bell: String,
}

#[derive(Serialize, Deserialize, Event)]
struct Rung;

#[derive(Default)]
struct Bell;

#[aggregate]
impl Bell {
    #[validate_command]
    fn ring(&self, _command: Ring) -> Rung {
        Rung
    }

    #[reconstitute]
    fn rung(&mut self, _event: &Rung) {}
}

#[tokio::test]
async fn settings_that_the_builder_was_given_are_in_force()
-> Result<(), Box<dyn std::error::Error>> {
    let store = MemoryStore::new();
    // ANCHOR: settings
    let app = Jangle::builder()
        .store(store)
        .batch_size(100)
        .query_timeout(Duration::from_secs(2))
        .start()
        .await?;
    println!("{}", app.settings()); // all that are in force
    // ANCHOR_END: settings
    assert_eq!(
        (app.settings().batch_size, app.settings().query_timeout),
        (100, Duration::from_secs(2))
    );
    app.send(Ring { bell: "front".into() }).await?;
    Ok(app.shutdown().await?)
}

#[test]
fn a_log_is_installed_once() -> Result<(), Box<dyn std::error::Error>> {
    // ANCHOR: logs
    jangle::logging::json().install()?;
    // ANCHOR_END: logs
    assert!(
        jangle::logging::json().install().is_err(),
        "there is one log in a process"
    );
    Ok(())
}
