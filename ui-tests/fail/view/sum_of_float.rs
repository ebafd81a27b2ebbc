use jangle::prelude::*;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge(sum)]
    total: f64,
}

fn main() {}
