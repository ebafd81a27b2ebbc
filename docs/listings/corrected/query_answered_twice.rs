use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Query)]
#[query(response = u32)]
struct CountDoors;

#[query_handler]
async fn count_doors(_: CountDoors) -> Result<u32, QueryError> {
    Ok(4)
}

#[derive(Serialize, Deserialize, Query)]
#[query(response = u32)]
struct CountOpenDoors;

#[query_handler]
async fn count_open_doors(_: CountOpenDoors) -> Result<u32, QueryError> {
    Ok(1)
}
