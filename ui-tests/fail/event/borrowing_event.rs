use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Opened<'a> {
    by: &'a str,
}

fn main() {}
