use jangle::prelude::*;

#[saga]
#[derive(Default)]
struct Visit;

fn main() {}
