//! What can have happened to an account.

use super::{Entry, Name};
use crate::Money;
use jangle::prelude::*;
use serde::{Deserialize, Serialize};

/// The account was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Event)]
#[event(name = "bank.account_opened")]
pub struct AccountOpened {
    /// Whose it is, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// How far below zero the balance may fall; without a limit where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdraft_limit: Option<Money>,
}

/// Money was paid in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Event)]
#[event(name = "bank.funds_deposited")]
pub struct FundsDeposited(pub Entry);

/// Money was taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Event)]
#[event(name = "bank.funds_withdrawn")]
pub struct FundsWithdrawn(pub Entry);

/// The bank took a fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Event)]
#[event(name = "bank.fee_charged")]
pub struct FeeCharged(pub Entry);

/// The bank paid interest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Event)]
#[event(name = "bank.interest_credited")]
pub struct InterestCredited(pub Entry);

/// The bank took interest, because the balance was below zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Event)]
#[event(name = "bank.interest_charged")]
pub struct InterestCharged(pub Entry);

/// The bank gave up the account's debt, so that the balance is zero again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Event)]
#[event(name = "bank.debt_forgiven")]
pub struct DebtForgiven(pub Entry);

/// The account was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Event)]
#[event(name = "bank.account_deleted")]
pub struct AccountDeleted {}
