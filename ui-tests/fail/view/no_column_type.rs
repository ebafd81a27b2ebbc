use jangle::prelude::*;

struct Colour;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge(latest)]
    colour: Option<Colour>,
}

fn main() {}
