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

#[derive(View)]
struct Gates {
    #[key]
    door: String,
    #[merge(count)]
    opened: u64,
}

#[event_handler]
async fn follow(event: Recorded<Opened>, doors: Merge<Doors>) -> Result<(), HandlerError> {
    doors.merge(Gates::at(event.aggregate_id()).opened()).await?;
    Ok(())
}

fn main() {}
