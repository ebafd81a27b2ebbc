use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Command)]
enum Door {
    Open,
    Close,
}

fn main() {}
