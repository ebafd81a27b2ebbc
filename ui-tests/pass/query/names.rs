use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Query)]
#[query(response = Vec<(u8, String)>, name = "ask")]
struct Ask;

fn main() {
    assert_eq!(Ask::NAME, "ask");
}
