use jangle::prelude::*;

#[derive(View)]
struct Doors {
    #[merge(count)]
    opened: u64,
}

fn main() {}
