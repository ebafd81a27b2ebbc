use jangle::prelude::*;

#[derive(View)]
#[view(name = "open doors")]
struct Doors {
    #[key]
    door: String,
    #[merge(count)]
    opened: u64,
}

fn main() {}
