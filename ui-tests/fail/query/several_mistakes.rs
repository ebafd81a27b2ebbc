use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Query)]
#[query(name = "", answer = u32)]
struct CountDoors<T>(T);

fn main() {}
