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
async fn follow(event: Recorded<Opened>, doors: Merge<Doors>, other: State<u8>) -> Result<(), HandlerError> {
    let _ = (event, doors, other);
    Ok(())
}

fn main() {}
