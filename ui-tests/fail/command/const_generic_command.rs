use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Command)]
struct Open<const N: usize> {
    #[aggregate_id]
    door: String,
}

fn main() {}
