//! Holding the books against the balances that the real bank wrote down.

mod account;
mod difference;

pub use account::{Audit, audit};
pub use difference::Difference;

use crate::{
    books::{AccountSummaryOf, EntriesOf, by_account},
    statement::StatementLine,
};
use jangle::{AskError, Jangle};
use std::collections::HashMap;

/// What a comparison found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Accounts in the file.
    pub accounts: u64,
    /// Lines in the file.
    pub lines: u64,
    /// Lines that the account must have refused.
    pub refused: u64,
    /// Days on which the file has lines of an account, over all accounts.
    pub account_days: u64,
    /// Everything that differs.
    pub differences: Vec<Difference>,
}

impl Verdict {
    /// On how many account-days the balances differ.
    pub fn differing_days(&self) -> u64 {
        self.differences.iter().map(Difference::days).sum()
    }

    fn add(&mut self, audit: Audit) {
        self.accounts += 1;
        self.lines += audit.lines;
        self.refused += audit.refused;
        self.account_days += audit.days;
        self.differences.extend(audit.differences);
    }
}

/// Compares the views of `app` with the lines of a statement, account by account. Accounts that the statement does not
/// have are left out.
///
/// # Errors
/// [`AskError`] where a view cannot be read.
pub async fn verify(app: &Jangle, lines: &[StatementLine]) -> Result<Verdict, AskError> {
    let mut accounts: HashMap<&str, Vec<&StatementLine>> = HashMap::new();
    for line in lines {
        accounts.entry(&line.account).or_default().push(line);
    }
    let mut accounts: Vec<_> = accounts.into_iter().collect();
    accounts.sort_by(|(a, _), (b, _)| by_account(a, b));
    let mut verdict = Verdict::default();
    for (account, lines) in accounts {
        let summary = app.query(AccountSummaryOf { account: account.to_owned() }).await?;
        let entries = app.query(EntriesOf { account: account.to_owned() }).await?;
        verdict.add(audit(account, &lines, summary.as_ref(), entries));
    }
    Ok(verdict)
}

#[cfg(test)]
mod tests;
