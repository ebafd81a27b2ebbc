use jangle::prelude::*;

#[derive(Default)]
struct Visit;

#[saga]
impl Clone for Visit {
    fn clone(&self) -> Self {
        Self
    }
}

fn main() {}
