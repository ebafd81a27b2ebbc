//! The accounts: a row each.

use super::by_account;
use crate::{
    Day, Money,
    domain::{AccountDeleted, AccountOpened, FORGIVENESS_QUOTA},
};
use jangle::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the bank knows of an account.
#[derive(Debug, Clone, PartialEq, Eq, View)]
#[view(name = "accounts")]
pub struct AccountRow {
    /// Its id.
    #[key]
    pub account: String,
    /// Whose it is.
    #[merge(latest)]
    pub name: Option<String>,
    /// How far below zero the balance may fall; none where there is no limit.
    #[merge(latest)]
    pub overdraft_limit: Option<Money>,
    /// Whether it was ever opened.
    #[merge(any)]
    pub opened: bool,
    /// Whether it was deleted.
    #[merge(any)]
    pub deleted: bool,
    /// What is on it.
    #[merge(sum)]
    pub balance: Money,
    /// How many entries its ledger has.
    #[merge(count)]
    pub transactions: u64,
    /// How often its debt was forgiven.
    #[merge(count)]
    pub forgiven: u64,
    /// The day of its last entry.
    #[merge(max)]
    pub last_day: Option<Day>,
}

#[event_handler]
async fn account_opened(event: Recorded<AccountOpened>, accounts: Merge<AccountRow>) -> Result<(), HandlerError> {
    let mut row = AccountRow::at(event.aggregate_id()).opened(true);
    if let Some(name) = &event.name {
        row = row.name(name.to_string());
    }
    if let Some(limit) = event.overdraft_limit {
        row = row.overdraft_limit(limit);
    }
    accounts.merge(row).await?;
    Ok(())
}

#[event_handler]
async fn account_deleted(event: Recorded<AccountDeleted>, accounts: Merge<AccountRow>) -> Result<(), HandlerError> {
    accounts.merge(AccountRow::at(event.aggregate_id()).deleted(true)).await?;
    Ok(())
}

/// All accounts, also deleted ones: numbers by size, then the others.
#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Vec<AccountSummary>)]
pub struct AccountsList {}

/// One account; none where there is no such account. Deleted ones say so.
#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Option<AccountSummary>)]
pub struct AccountSummaryOf {
    /// Which.
    pub account: String,
}

/// An account, as people are shown it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSummary {
    /// Its id.
    pub account: String,
    /// Whose it is.
    pub name: Option<String>,
    /// What is on it.
    pub balance: Money,
    /// How far below zero the balance may fall; none where there is no limit.
    pub overdraft_limit: Option<Money>,
    /// How many entries its ledger has.
    pub transactions: u64,
    /// How often its debt can be forgiven yet.
    pub forgiveness_left: u64,
    /// The day of its last entry.
    pub last_day: Option<Day>,
    /// Whether it can be used.
    pub status: Status,
}

/// Whether an account can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It can.
    Open,
    /// It was deleted.
    Deleted,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Open => "open",
            Self::Deleted => "deleted",
        })
    }
}

impl From<AccountRow> for AccountSummary {
    fn from(row: AccountRow) -> Self {
        Self {
            account: row.account,
            name: row.name,
            balance: row.balance,
            overdraft_limit: row.overdraft_limit,
            transactions: row.transactions,
            forgiveness_left: u64::from(FORGIVENESS_QUOTA).saturating_sub(row.forgiven),
            last_day: row.last_day,
            status: if row.deleted { Status::Deleted } else { Status::Open },
        }
    }
}

#[query_handler]
async fn accounts_list(_query: AccountsList, accounts: View<AccountRow>) -> Result<Vec<AccountSummary>, QueryError> {
    let mut accounts: Vec<AccountSummary> = accounts.scan().await?.into_iter().map(Into::into).collect();
    accounts.sort_by(|a, b| by_account(&a.account, &b.account));
    Ok(accounts)
}

#[query_handler]
async fn account_summary(
    query: AccountSummaryOf,
    accounts: View<AccountRow>,
) -> Result<Option<AccountSummary>, QueryError> {
    Ok(accounts.get(&query.account).await?.map(Into::into))
}
