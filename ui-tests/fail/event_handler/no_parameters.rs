use jangle::prelude::*;

#[event_handler]
async fn follow() -> Result<(), HandlerError> {
    Ok(())
}

fn main() {}
