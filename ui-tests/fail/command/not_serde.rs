use jangle::prelude::*;

#[derive(Command)]
struct Open {
    #[aggregate_id]
    id: String,
}

fn main() {}
