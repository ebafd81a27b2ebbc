use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[derive(View)]
struct Doors {
    #[merge(sum)]
    total: f64,
    opened: u64,
    #[merge(average)]
    weight: u32,
}

#[event_handler]
async fn follow(event: Recorded<Opened>, doors: Merge<Doors>) -> Result<(), HandlerError> {
    // The stubs let this pass, so that only the mistakes above are reported.
    doors.merge(Doors::at(event.aggregate_id()).opened(1).weight(2)).await?;
    Ok(())
}

fn main() {}
