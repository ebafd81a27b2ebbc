//! The bank as a whole: how much moved, and how much is there.

use super::AccountRow;
use crate::{Money, domain::EntryKind};
use jangle::prelude::*;
use serde::{Deserialize, Serialize};

/// What the entries of one kind add up to.
#[derive(Debug, Clone, PartialEq, Eq, View)]
#[view(name = "totals")]
pub struct TotalRow {
    /// The kind.
    #[key]
    pub kind: EntryKind,
    /// How many there are.
    #[merge(count)]
    pub number: u64,
    /// Their sum.
    #[merge(sum)]
    pub amount: Money,
}

/// The bank's statistics.
#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Statistics)]
pub struct BankStats {}

/// The bank as a whole.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// Accounts that can be used.
    pub open_accounts: u64,
    /// Accounts that were deleted.
    pub deleted_accounts: u64,
    /// The sum of all balances, also of deleted accounts.
    pub balance: Money,
    /// All entries of all ledgers.
    pub transactions: u64,
    /// The entries of each kind.
    pub figures: Vec<Figure>,
}

/// The entries of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The kind.
    pub kind: EntryKind,
    /// How many there are.
    pub number: u64,
    /// Their sum.
    pub total: Money,
    /// Their mean; nothing where there are none.
    pub average: Money,
}

#[query_handler]
async fn bank_stats(
    _query: BankStats,
    accounts: View<AccountRow>,
    totals: View<TotalRow>,
) -> Result<Statistics, QueryError> {
    let totals = totals.scan().await?;
    let accounts = accounts.scan().await?;
    let deleted = accounts.iter().filter(|account| account.deleted).count() as u64;
    Ok(Statistics {
        open_accounts: accounts.len() as u64 - deleted,
        deleted_accounts: deleted,
        balance: accounts.iter().map(|account| account.balance).sum(),
        transactions: totals.iter().map(|total| total.number).sum(),
        figures: EntryKind::ALL.map(|kind| figure(kind, &totals)).into(),
    })
}

fn figure(kind: EntryKind, totals: &[TotalRow]) -> Figure {
    let row = totals.iter().find(|total| total.kind == kind);
    let (number, total) = row.map_or((0, Money::ZERO), |row| (row.number, row.amount));
    Figure { kind, number, total, average: total.mean_of(number) }
}
