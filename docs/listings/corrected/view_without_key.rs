use jangle::prelude::*;

#[derive(View)]
struct Doors {
    #[key]
    house: String,
    #[key]
    door: u32,
    #[merge(count)]
    opened: u64,
}
