use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Rang {
    visit: String,
}

#[derive(Default)]
struct Visit<T>(T);

#[saga]
impl<T> Visit<T> {
    #[event_receiver(by = visit)]
    fn rang(&self, _: &Rang) -> Complete {
        Complete
    }
}

fn main() {}
