use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Command)]
struct Named {
    #[aggregate_id]
    r#type: u64,
    other: String,
}

#[derive(Serialize, Deserialize, Command)]
#[command(name = "by_place")]
struct Tuple(String, #[aggregate_id] u32);

fn main() {
    assert_eq!((Named::NAME, Tuple::NAME), ("Named", "by_place"));
    assert_eq!(Named { r#type: 7, other: "x".into() }.aggregate_id(), "7");
    assert_eq!(Tuple("x".into(), 8).aggregate_id(), "8");
}
