use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Command)]
#[command(named = "open")]
struct Open {
    #[aggregate_id]
    id: String,
}

fn main() {}
