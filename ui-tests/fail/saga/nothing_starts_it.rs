use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Rang {
    visit: String,
}

#[derive(Default)]
struct Visit;

#[saga]
impl Visit {
    #[reconstitute]
    fn rang(&mut self, _: &Rang) {}
}

fn main() {}
