use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Opened;

#[event_handler]
async fn follow(event: Recorded<Opened>) -> Result<(), HandlerError> {
    let shared = std::rc::Rc::new(event);
    std::future::ready(()).await;
    drop(shared);
    Ok(())
}

fn main() {}
