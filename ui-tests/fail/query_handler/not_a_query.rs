use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct CountDoors;

#[query_handler]
async fn count_doors(query: CountDoors) -> Result<u32, QueryError> {
    let _ = query;
    Ok(1)
}

fn main() {}
