use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Query)]
#[query(response = u32)]
struct CountDoors;

#[query_handler]
async fn count_doors<T>(_query: CountDoors) -> Result<u32, QueryError> {
    Ok(1)
}

fn main() {}
