use jangle::prelude::*;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge(any)]
    lit: String,
}

fn main() {}
