//! Why an account says no.

use super::FORGIVENESS_QUOTA;
use crate::Money;

/// Why an account refuses a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody has opened it.
    #[error("the account does not exist")]
    NoSuchAccount,
    /// It was deleted.
    #[error("the account is deleted")]
    Deleted,
    /// It is open already.
    #[error("the account exists already")]
    Exists,
    /// The balance would fall below what the overdraft limit allows.
    #[error("insufficient funds: the balance is {}, and it may not fall below {}", balance.grouped(), floor.grouped())]
    InsufficientFunds {
        /// The balance.
        balance: Money,
        /// The least balance that the limit allows.
        floor: Money,
    },
    /// There is no debt to forgive.
    #[error("there is no debt to forgive: the balance is {}", balance.grouped())]
    NoDebt {
        /// The balance.
        balance: Money,
    },
    /// It was forgiven as often as may be.
    #[error("an account is forgiven {FORGIVENESS_QUOTA} times at most, and this one was")]
    ForgivenessQuota,
    /// An amount below zero.
    #[error("an amount is never negative")]
    NegativeAmount,
    /// The balance would be too large to be counted.
    #[error("the balance would be too large to be counted")]
    TooMuch,
    /// A statement does not forgive debts.
    #[error("a line of a statement is no forgiveness")]
    NotOnStatements,
}
