use jangle::prelude::*;

#[derive(Default)]
struct Visit;

impl Visit {
    #[on_deadline]
    fn late(&self) -> Complete {
        Complete
    }
}

fn main() {}
