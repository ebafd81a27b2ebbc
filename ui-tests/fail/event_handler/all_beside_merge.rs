use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge(count)]
    opened: u64,
}

#[event_handler]
async fn follow(event: Recorded<Opened>, state: State<u8>, commands: Commands, doors: Merge<Doors>) -> Result<(), HandlerError> {
    let _ = (event, state, commands, doors);
    Ok(())
}

fn main() {}
