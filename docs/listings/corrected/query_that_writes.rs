use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge(count)]
    opened: u64,
}

#[derive(Serialize, Deserialize, Query)]
#[query(response = u32)]
struct CountDoors;

#[query_handler]
async fn count_doors(_: CountDoors, doors: View<Doors>) -> Result<u32, QueryError> {
    Ok(doors.scan().await?.len().try_into()?)
}
