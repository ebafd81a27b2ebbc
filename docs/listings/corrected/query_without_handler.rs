use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Query)]
#[query(response = u32)]
struct CountDoors;

#[query_handler]
async fn count_doors(_: CountDoors) -> Result<u32, QueryError> {
    Ok(4)
}

#[allow(dead_code, reason = "it is compiled")]
async fn run(app: Jangle) -> Result<u32, Box<dyn std::error::Error>> {
    Ok(app.query(CountDoors).await?)
}
