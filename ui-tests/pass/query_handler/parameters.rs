use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Query)]
#[query(response = Result<Option<u8>, String>)]
enum Ask {
    This { number: u8 },
    That,
}

#[query_handler]
async fn answer(query: Ask, state: State<u8>, queries: Queries) -> Result<Result<Option<u8>, String>, QueryError> {
    match query {
        Ask::This { number } => Ok(Ok(Some(number + *state))),
        Ask::That => Ok(queries.query(Ask::This { number: 1 }).await?),
    }
}

fn main() {
    assert_eq!(Ask::NAME, "Ask");
}

#[derive(serde::Serialize, serde::Deserialize, jangle::Query)]
#[query(response = u8)]
struct Context;

// A name that an expansion could use for itself.
#[jangle::query_handler]
async fn cx(_query: Context, _queries: jangle::Queries) -> Result<u8, jangle::QueryError> {
    Ok(1)
}
