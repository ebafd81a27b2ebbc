use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Query)]
#[query(response = u32)]
struct CountDoors;

async fn run(app: Jangle) {
    let _ = app.query(CountDoors).await;
}

fn main() {}
