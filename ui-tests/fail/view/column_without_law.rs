use jangle::prelude::*;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    opened: u64,
}

fn main() {}
