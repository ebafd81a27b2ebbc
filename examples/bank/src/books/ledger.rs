//! The ledger: a row for each entry, by account and day.

use super::AccountRow;
use crate::{Day, Money, domain::EntryKind};
use jangle::prelude::*;
use serde::{Deserialize, Serialize};

/// An entry of the ledger. The key is the order in which a ledger is read: by day, and within a day in the order in
/// which the account took the entries, which is that of the file for the lines of a statement.
#[derive(Debug, Clone, PartialEq, Eq, View)]
#[view(name = "ledger")]
pub struct LedgerRow {
    /// Whose.
    #[key]
    pub account: String,
    /// The day that the statement gives, or the day on which it was asked for here.
    #[key]
    pub day: Day,
    /// The account's version after the entry.
    #[key]
    pub version: u64,
    /// What identifies it.
    #[merge(first)]
    pub transaction: Option<String>,
    /// What kind of entry it is.
    #[merge(first)]
    pub kind: Option<EntryKind>,
    /// The change of the balance.
    #[merge(sum)]
    pub change: Money,
    /// What a statement says of it besides.
    #[merge(first)]
    pub details: Option<String>,
}

/// The ledger of an open account, oldest entry first; none where there is no such account, or it is deleted.
#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Option<Vec<LedgerLine>>)]
pub struct AccountLedger {
    /// Whose.
    pub account: String,
}

/// Everything that is in an account's ledger, as it is stored, also when the account is deleted: for auditors.
#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Vec<LedgerRow>)]
pub struct EntriesOf {
    /// Whose.
    pub account: String,
}

/// A line of a ledger, with the balance after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// Its day.
    pub day: Day,
    /// What identifies it.
    pub transaction: String,
    /// What kind of entry it is.
    pub kind: EntryKind,
    /// The change of the balance.
    pub amount: Money,
    /// The balance after it.
    pub balance: Money,
    /// What a statement says of it besides.
    pub details: Option<String>,
}

/// Ledger lines with their balances. Balances are added up here, when they are read, so that the order in which the
/// rows were written cannot matter.
pub fn running(rows: Vec<LedgerRow>) -> Vec<LedgerLine> {
    let mut balance = Money::ZERO;
    rows.into_iter()
        .map(|row| {
            balance = [balance, row.change].into_iter().sum();
            LedgerLine {
                day: row.day,
                transaction: row.transaction.unwrap_or_default(),
                kind: row.kind.unwrap_or(EntryKind::Deposit),
                amount: row.change,
                balance,
                details: row.details,
            }
        })
        .collect()
}

#[query_handler]
async fn account_ledger(
    query: AccountLedger,
    accounts: View<AccountRow>,
    ledger: View<LedgerRow>,
) -> Result<Option<Vec<LedgerLine>>, QueryError> {
    let open = accounts.get(&query.account).await?.is_some_and(|account| account.opened && !account.deleted);
    if !open {
        return Ok(None);
    }
    Ok(Some(running(ledger.scan().within((&query.account,)).await?)))
}

#[query_handler]
async fn entries_of(query: EntriesOf, ledger: View<LedgerRow>) -> Result<Vec<LedgerRow>, QueryError> {
    Ok(ledger.scan().within((&query.account,)).await?)
}
