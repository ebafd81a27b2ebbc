use jangle::prelude::*;

#[derive(Clone, Copy, Query)]
#[query(response = u32)]
union CountDoors {
    colour: u32,
}

fn main() {}
