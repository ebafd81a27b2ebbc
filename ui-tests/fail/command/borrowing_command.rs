use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Command)]
struct Open<'a> {
    #[aggregate_id]
    id: &'a str,
}

fn main() {}
