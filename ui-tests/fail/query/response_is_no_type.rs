use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Query)]
#[query(response = 3 + 4)]
struct CountDoors;

fn main() {}
