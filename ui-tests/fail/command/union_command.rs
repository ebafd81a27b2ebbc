use jangle::prelude::*;

#[derive(Command)]
union Open {
    a: u8,
    b: i8,
}

fn main() {}
