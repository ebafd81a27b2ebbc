use jangle::prelude::*;
use serde::{Deserialize, Serialize};

mod events {
    #[derive(serde::Serialize, serde::Deserialize, jangle::Event)]
    pub(crate) struct Opened;
}

#[derive(Serialize, Deserialize, Query)]
#[query(response = u8)]
struct Ask;

#[query_handler]
async fn ask(_query: Ask) -> Result<u8, QueryError> {
    Ok(7)
}

#[event_handler]
async fn takes_all(
    event: jangle::Recorded<events::Opened>,
    _commands: Commands,
    queries: Queries,
    _metadata: Metadata,
    state: State<Vec<u8>>,
) -> Result<(), HandlerError> {
    let events::Opened = *event;
    let answer = queries.query(Ask).await?;
    assert!(state.contains(&answer));
    Ok(())
}

// The marker type of a handler is named as its function, and so may a view be.
#[event_handler(id = "raw")]
async fn r#move(_event: Recorded<events::Opened>) -> Result<(), HandlerError> {
    Ok(())
}

// Names that an expansion could use for itself.
#[event_handler]
async fn event(_event: Recorded<events::Opened>, _commands: Commands) -> Result<(), HandlerError> {
    Ok(())
}

#[event_handler]
async fn cx(_event: Recorded<events::Opened>, _commands: Commands) -> Result<(), HandlerError> {
    Ok(())
}

fn main() {}
