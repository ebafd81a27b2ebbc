use jangle::prelude::*;

#[derive(View)]
#[view(name = "numbers")]
struct Numbers {
    #[key]
    account: String,
    #[key]
    day: u32,
    #[merge(latest)]
    latest: Option<String>,
    #[merge(first)]
    first: Option<String>,
    #[merge(sum)]
    sum: i64,
    #[merge(count)]
    count: u64,
    #[merge(max)]
    max: Option<Timestamp>,
    #[merge(min)]
    min: u32,
    #[merge(any)]
    any: bool,
}

#[derive(View)]
struct SingleKey {
    #[merge(count)]
    into: u64,
    #[key]
    r#type: i64,
}

fn change(now: Timestamp) -> NumbersChange {
    Numbers::at("a", 7_u32).latest("text").first(String::from("text")).sum(-3).count().max(now).min(1).any(true)
}

fn main() {
    let _ = (change, SingleKey::at(7_i64).into());
    let read = |row: Numbers| (row.account, row.day, row.latest, row.first, row.sum, row.count, row.max, row.min, row.any);
    let single = |row: SingleKey| (row.into, row.r#type);
    let _ = (read, single);
}
