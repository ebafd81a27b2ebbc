use jangle::prelude::*;

#[derive(View)]
struct Doors {
    #[key]
    door: f64,
    #[merge(count)]
    opened: u64,
}

fn main() {}
