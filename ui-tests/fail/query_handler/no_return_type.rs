use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Query)]
#[query(response = u32)]
struct CountDoors;

#[query_handler]
async fn count_doors(query: CountDoors) {
    let _ = query;
}

fn main() {}
