//! What each account has: a view that the events fill, and a query that reads it.

// ANCHOR: imports
use crate::account::{Deposited, Withdrawn};
use jangle::prelude::*;
use serde::{Deserialize, Serialize};
// ANCHOR_END: imports

// ANCHOR: view
#[derive(Debug, Clone, PartialEq, View)]
pub struct Balance {
    #[key]
    pub account: String,
    #[merge(sum)]
    pub cents: i64,
    #[merge(latest)]
    pub changed: Option<Timestamp>,
}
// ANCHOR_END: view

// ANCHOR: projections
#[event_handler]
async fn add_deposits(
    event: Recorded<Deposited>,
    balances: Merge<Balance>,
) -> Result<(), HandlerError> {
    let change = Balance::at(event.aggregate_id())
        .cents(event.cents)
        .changed(event.recorded_at());
    balances.merge(change).await?;
    Ok(())
}

#[event_handler]
async fn subtract_withdrawals(
    event: Recorded<Withdrawn>,
    balances: Merge<Balance>,
) -> Result<(), HandlerError> {
    let change = Balance::at(event.aggregate_id())
        .cents(-event.cents)
        .changed(event.recorded_at());
    balances.merge(change).await?;
    Ok(())
}
// ANCHOR_END: projections

// ANCHOR: query
#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Option<Balance>)]
pub struct BalanceOf {
    pub account: String,
}

#[query_handler]
async fn balance_of(
    query: BalanceOf,
    balances: View<Balance>,
) -> Result<Option<Balance>, QueryError> {
    Ok(balances.get(&query.account).await?)
}
// ANCHOR_END: query
