use jangle::prelude::*;

#[derive(View)]
struct Doors {
    #[key]
    #[merge(max)]
    door: String,
    #[merge(count)]
    opened: u64,
}

fn main() {}
