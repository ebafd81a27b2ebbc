use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Event)]
struct Opened<T> {
    by: T,
}

fn main() {}
