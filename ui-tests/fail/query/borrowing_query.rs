use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Query)]
#[query(response = u32)]
struct CountDoors<'a> {
    house: &'a str,
}

fn main() {}
