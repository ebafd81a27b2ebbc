//! The rules: what can be asked for, what can happen, and what an account decides.

mod account;
mod commands;
mod entry;
mod events;
mod id;
mod name;
mod refusal;

pub use account::{Account, FORGIVENESS_QUOTA};
pub use commands::{
    CreateAccount, DeleteAccount, DepositFunds, ForgiveDebt, OpenAccount, PostStatementLine, WithdrawFunds,
};
pub use entry::{Entry, EntryKind, Slip};
pub use events::{
    AccountDeleted, AccountOpened, DebtForgiven, FeeCharged, FundsDeposited, FundsWithdrawn, InterestCharged,
    InterestCredited,
};
pub use id::{LONGEST_ACCOUNT, LONGEST_TRANSACTION, expected_id, is_id};
pub use name::{Name, NameError};
pub use refusal::Refusal;
