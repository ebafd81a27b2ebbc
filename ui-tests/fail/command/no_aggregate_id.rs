use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Command)]
struct Open {
    id: String,
}

fn main() {}
