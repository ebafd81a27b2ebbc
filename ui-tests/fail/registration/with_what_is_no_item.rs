use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Opened;

fn main() {
    let _ = Jangle::builder().with::<Opened>();
}
