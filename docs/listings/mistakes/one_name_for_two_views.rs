use jangle::prelude::*;

#[derive(Debug, View)]
#[view(name = "totals")]
struct Deposits {
    #[key]
    account: String,
    #[merge(sum)]
    cents: i64,
}

#[derive(Debug, View)]
#[view(name = "Totals")]
struct Withdrawals {
    #[key]
    account: String,
    #[merge(sum)]
    cents: i64,
}
