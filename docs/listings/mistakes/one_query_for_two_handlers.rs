use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, Query)]
#[query(response = u32)]
struct CountDoors;

#[query_handler]
async fn count(_: CountDoors) -> Result<u32, QueryError> {
    Ok(4)
}

#[query_handler]
async fn count_again(_: CountDoors) -> Result<u32, QueryError> {
    Ok(5)
}
