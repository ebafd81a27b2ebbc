use jangle::prelude::*;

#[aggregate]
struct Door;

fn main() {}
