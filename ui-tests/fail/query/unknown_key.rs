use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Query)]
#[query(answer = u8, response = u32)]
struct CountDoors;

fn main() {}
