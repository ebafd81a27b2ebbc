use jangle::prelude::*;

#[derive(Event)]
struct Opened;

fn main() {}
