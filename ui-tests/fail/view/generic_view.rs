use jangle::prelude::*;

#[derive(View)]
struct Doors<T> {
    #[key]
    door: T,
    #[merge(count)]
    opened: u64,
}

fn main() {}
