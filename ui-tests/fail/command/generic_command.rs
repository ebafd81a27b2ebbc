use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Command)]
struct Open<T> {
    #[aggregate_id]
    id: T,
}

fn main() {}
