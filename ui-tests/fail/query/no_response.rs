use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Query)]
struct CountDoors;

fn main() {}
