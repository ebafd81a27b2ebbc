use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Command)]
struct Open {
    #[aggregate_id]
    id: String,
}

async fn run(app: Jangle) {
    let _ = app.send(Open { id: String::new() }).await;
}

fn main() {}
