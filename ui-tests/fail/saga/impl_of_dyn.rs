use jangle::prelude::*;

trait Visit {}

#[saga]
impl dyn Visit {}

fn main() {}
