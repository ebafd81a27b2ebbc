use jangle::prelude::*;

#[derive(View)]
enum Doors {
    Open,
}

fn main() {}
