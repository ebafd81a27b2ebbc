#[command(name = "deposit")]
struct Deposit {
    #[aggregate_id]
    account: String,
    cents: i64,
}
