use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Rang {
    visit: String,
}

#[derive(Default)]
struct Visit;

#[saga(name = visit, deadline = "soon", retry(attempts = 0))]
impl Visit {
    #[event_receiver(by = visit, requires = Rang)]
    fn rang(&self, _: &Rang) {}

    #[event_receiver(by_aggregate = true)]
    fn again(&self, _: &Rang) {}

    #[event_receiver = "visit"]
    fn once_more(&self, _: &Rang) {}

    #[on_deadline("1h")]
    fn late(&self) {}
}

fn main() {}
