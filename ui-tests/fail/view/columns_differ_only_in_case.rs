use jangle::prelude::*;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge(count)]
    opened: u64,
    #[merge(count)]
    Opened: u64,
}

fn main() {}
