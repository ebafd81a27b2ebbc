use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Query)]
#[query(response = u32)]
struct CountDoors;

#[query_handler(id = "count", crate = jangle)]
const fn count_doors(_query: CountDoors) {}

fn main() {}
