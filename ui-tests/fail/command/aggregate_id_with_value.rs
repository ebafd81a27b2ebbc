use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Command)]
struct Open {
    #[aggregate_id(name = "door")]
    door: String,
}

fn main() {}
