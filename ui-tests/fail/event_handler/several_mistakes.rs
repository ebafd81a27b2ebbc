use jangle::prelude::*;

struct Opened;

#[event_handler(name = "opened", retry(attempts = 0), id = "")]
unsafe fn opened<T>(_event: Opened) {}

fn main() {}
