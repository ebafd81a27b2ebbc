use jangle::prelude::*;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge(average)]
    opened: u64,
}

fn main() {}
