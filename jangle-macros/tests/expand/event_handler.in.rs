#[event_handler(id = "balances", retry(attempts = 3, first = "2s"))]
async fn deposited(event: Recorded<Deposited>, balances: Merge<BalanceRow>, metadata: Metadata) -> Result<(), HandlerError> {
    balances.merge(BalanceRow::at(event.aggregate_id()).cents(event.cents)).await?;
    Ok(())
}
