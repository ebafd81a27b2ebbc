use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Rang {
    visit: String,
}

#[derive(Default)]
struct Visit;

#[saga(deadline = "1h")]
impl Visit {
    #[event_receiver(by = visit)]
    const fn rang<T>(&self, _: &Rang) {}

    #[on_deadline]
    unsafe fn late(&self) {}
}

fn main() {}
