use jangle::prelude::*;

#[event_handler]
struct Door;

fn main() {}
