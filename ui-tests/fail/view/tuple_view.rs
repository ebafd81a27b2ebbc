use jangle::prelude::*;

#[derive(View)]
struct Doors(#[key] String, #[merge(count)] u64);

fn main() {}
