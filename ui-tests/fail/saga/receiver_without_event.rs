use jangle::prelude::*;

#[derive(Default)]
struct Visit;

#[saga]
impl Visit {
    #[event_receiver(by = visit)]
    fn rang(&self) -> Complete {
        Complete
    }
}

fn main() {}
