use jangle::prelude::*;

#[derive(Query)]
#[query(response = u32)]
struct CountDoors;

fn main() {}
