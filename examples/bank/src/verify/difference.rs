//! What can differ between the books and a statement.

use crate::{Day, Money, counted, domain::EntryKind};
use std::fmt;

/// Something that the books and a statement do not agree on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the sentences of its `Display` say what the fields are")]
pub enum Difference {
    /// The statement has lines of an account that the bank does not have.
    NoAccount { account: String, lines: u64, days: u64 },
    /// A line is not in the ledger, and the account had no reason to refuse it.
    Missing { account: String, line: usize, transaction: String, day: Day, kind: EntryKind, amount: Money },
    /// A line is in the ledger, but not as the statement has it.
    Changed { account: String, line: usize, transaction: String },
    /// The ledger has an entry from a statement, among the days of this one, that this one does not have.
    Unexpected { account: String, transaction: String, day: Day },
    /// The account took an entry that its overdraft limit forbids.
    BeyondLimit { account: String, transaction: String, day: Day, balance: Money, limit: Money },
    /// The account's row disagrees with its ledger.
    Row { account: String, balance: Money, transactions: u64, ledger_balance: Money, entries: u64 },
    /// The balance at the end of a day is none of those that the bank recorded on it.
    Balance { account: String, day: Day, balance: Money, recorded: Vec<Money> },
}

impl Difference {
    /// On how many days the balance differs because of it.
    pub(super) fn days(&self) -> u64 {
        match self {
            Self::NoAccount { days, .. } => *days,
            Self::Balance { .. } => 1,
            _ => 0,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAccount { account, lines, days } => {
                write!(
                    f,
                    "account {account}: the bank does not have it; the file has {} on {}",
                    counted(*lines, "line"),
                    counted(*days, "day")
                )
            }
            Self::Missing { account, line, transaction, day, kind, amount } => write!(
                f,
                "account {account}, {day}: line {line} is missing in the ledger: transaction {transaction}, {kind} {amount}"
            ),
            Self::Changed { account, line, transaction } => write!(
                f,
                "account {account}: line {line} has another day, kind or amount in the ledger: transaction {transaction}"
            ),
            Self::Unexpected { account, transaction, day } => {
                write!(
                    f,
                    "account {account}, {day}: the ledger has transaction {transaction}, which the file does not have"
                )
            }
            Self::BeyondLimit { account, transaction, day, balance, limit } => write!(
                f,
                "account {account}, {day}: transaction {transaction} took the balance to {balance}, beyond the overdraft limit of {limit}"
            ),
            Self::Row { account, balance, transactions, ledger_balance, entries } => write!(
                f,
                "account {account}: the list of accounts has {balance} after {}, the ledger {ledger_balance} after {entries}",
                counted(*transactions, "transaction")
            ),
            Self::Balance { account, day, balance, recorded } => {
                let recorded: Vec<String> = recorded.iter().map(Money::to_string).collect();
                let recorded = recorded.join(" or ");
                write!(f, "account {account}, {day}: the books have {balance}, the bank recorded {recorded}")
            }
        }
    }
}
