use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Query)]
#[query(response = u32)]
struct CountDoors;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge(count)]
    opened: u64,
}

#[query_handler]
async fn count_doors(query: CountDoors, doors: Merge<Doors>) -> Result<u32, QueryError> {
    let _ = (query, doors);
    Ok(1)
}

fn main() {}
