//! The books: views of what happened, and the questions that they answer.

mod accounts;
mod ledger;
mod order;
mod postings;
mod statistics;

pub use accounts::{AccountRow, AccountSummary, AccountSummaryOf, AccountsList, Status};
pub use ledger::{AccountLedger, EntriesOf, LedgerLine, LedgerRow, running};
pub use order::by_account;
pub use statistics::{BankStats, Figure, Statistics, TotalRow};
