use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Command)]
struct Open {
    #[aggregate_id]
    id: Vec<u8>,
}

fn main() {}
