use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Query)]
#[query(response = u32)]
struct CountDoors;

struct Door;

impl Door {
    #[query_handler]
    async fn count_doors(&self, query: CountDoors) -> Result<u32, QueryError> {
        let _ = query;
        Ok(1)
    }
}

fn main() {}
