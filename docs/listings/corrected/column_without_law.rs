use jangle::prelude::*;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge(latest)]
    title: Option<String>,
    #[merge(count)]
    opened: u64,
}
