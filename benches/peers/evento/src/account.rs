//! The account, its event and its view.

use evento::{Executor, Projection, metadata::Event};

/// The account's events.
#[evento::aggregate(name = "account")]
pub(crate) enum BankAccount {
    /// It was paid into.
    Deposited { cents: i64 },
}

/// An account, as commands are decided on: kept in memory.
#[evento::projection(id = id)]
#[evento::snapshot(memory)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) cents: i64,
}

#[evento::handler]
async fn decided_on(event: Event<Deposited>, account: &mut Account) -> anyhow::Result<()> {
    account.id = event.aggregate_id.clone();
    account.cents += event.data.cents;
    Ok(())
}

pub(crate) fn state<E: Executor>() -> Projection<E, Account> {
    Projection::new::<BankAccount>().handler(decided_on()).strict()
}

/// What is on an account, and of how many payments: stored.
#[evento::projection(name = "balances", bitcode::Encode, bitcode::Decode)]
pub(crate) struct Balance {
    pub(crate) cents: i64,
    pub(crate) payments: u64,
}

#[evento::handler]
async fn shown(event: Event<Deposited>, balance: &mut Balance) -> anyhow::Result<()> {
    balance.cents += event.data.cents;
    balance.payments += 1;
    Ok(())
}

pub(crate) fn balances<E: Executor>() -> Projection<E, Balance> {
    Projection::new::<BankAccount>().handler(shown()).strict()
}
