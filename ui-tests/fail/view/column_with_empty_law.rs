use jangle::prelude::*;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge()]
    opened: u64,
}

fn main() {}
