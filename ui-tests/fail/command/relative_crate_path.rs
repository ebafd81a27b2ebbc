use jangle::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, Command)]
#[command(crate = jangle)]
struct Open {
    #[aggregate_id]
    id: String,
}

fn main() {}
