use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Opened;

#[derive(Default)]
struct Door<'a> {
    colour: &'a str,
}

#[aggregate]
impl<'a> Door<'a> {
    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}

fn main() {}
