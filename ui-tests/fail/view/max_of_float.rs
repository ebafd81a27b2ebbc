use jangle::prelude::*;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge(max)]
    highest: f64,
}

fn main() {}
