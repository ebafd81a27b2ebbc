use jangle::prelude::*;

#[event_handler]
async fn follow<E: Event>(event: Recorded<E>) -> Result<(), HandlerError> {
    let _ = event;
    Ok(())
}

fn main() {}
