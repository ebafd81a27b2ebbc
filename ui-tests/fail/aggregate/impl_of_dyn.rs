use jangle::prelude::*;

trait Door {}

#[aggregate]
impl dyn Door {}

fn main() {}
