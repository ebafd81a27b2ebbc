#[query(response = Option<i64>)]
struct Balance {
    account: String,
}
