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
async fn follow(event: Recorded<Opened>, doors: View<Doors>) -> Result<(), HandlerError> {
    let _ = (event, doors);
    Ok(())
}

fn main() {}
