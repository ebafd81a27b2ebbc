use jangle::prelude::*;

#[derive(Default)]
struct Door;

#[aggregate]
impl Clone for Door {
    fn clone(&self) -> Self {
        Self
    }
}

fn main() {}
