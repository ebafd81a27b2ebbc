use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Opened;

#[derive(Default)]
struct Door;

#[aggregate]
impl Door {
    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}

fn main() {}
