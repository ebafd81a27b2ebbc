use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Command)]
struct Open {
    #[aggregate_id]
    id: String,
    #[aggregate_id]
    other: String,
}

fn main() {}
