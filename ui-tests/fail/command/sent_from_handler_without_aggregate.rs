use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Command)]
struct Open {
    #[aggregate_id]
    id: String,
}

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[event_handler]
async fn again(event: Recorded<Opened>, commands: Commands) -> Result<(), HandlerError> {
    commands.send(Open { id: event.aggregate_id().into() }).await?;
    Ok(())
}

fn main() {}
