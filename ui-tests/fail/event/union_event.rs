use jangle::prelude::*;

#[derive(Event)]
union Opened {
    a: u8,
    b: i8,
}

fn main() {}
