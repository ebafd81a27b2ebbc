//! The view: a row an account.

use super::account::Deposited;
use jangle::prelude::*;

/// What is on an account.
#[expect(dead_code, reason = "it is read where it is stored")]
#[derive(Debug, Clone, View)]
#[view(name = "balances")]
pub(crate) struct Balance {
    /// Which account.
    #[key]
    pub(crate) account: String,
    /// How much.
    #[merge(sum)]
    pub(crate) cents: i64,
    /// Of how many payments.
    #[merge(count)]
    pub(crate) payments: u64,
}

#[event_handler]
async fn deposited(event: Recorded<Deposited>, balances: Merge<Balance>) -> Result<(), HandlerError> {
    balances.merge(Balance::at(event.aggregate_id()).cents(event.cents).payments()).await?;
    Ok(())
}
