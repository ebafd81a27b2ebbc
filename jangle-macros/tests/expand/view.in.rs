#[view(name = "balances")]
pub(crate) struct BalanceRow {
    #[key]
    bank: String,
    #[key]
    account: u64,
    /// Who it belongs to.
    #[merge(latest)]
    r#type: Option<String>,
    #[merge(sum)]
    cents: i64,
    #[merge(count)]
    deposits: u64,
}
