use jangle::prelude::*;

#[query_handler]
async fn count_doors() -> Result<u32, QueryError> {
    Ok(1)
}

fn main() {}
