use jangle::prelude::*;

#[derive(View)]
#[view(name = "sqlite_doors")]
struct Doors {
    #[key]
    door: String,
    #[merge(count)]
    jangle_opened: u64,
    #[merge(count)]
    sqlite_opened: u64,
    #[merge(count)]
    opened__twice: u64,
}

fn main() {}
