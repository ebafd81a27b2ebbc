#[query_handler(crate = ::renamed)]
async fn balance(query: Balance, balances: View<BalanceRow>) -> Result<Option<i64>, QueryError> {
    Ok(balances.get(&query.account).await?.map(|row| row.cents))
}
