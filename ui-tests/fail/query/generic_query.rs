use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Query)]
#[query(response = u32)]
struct CountDoors<T>(T);

fn main() {}
