use jangle::prelude::*;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge(sum, max)]
    opened: u64,
    #[merge(sum)]
    #[merge(max)]
    closed: u64,
}

fn main() {}
