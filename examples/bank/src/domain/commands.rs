//! What can be asked of an account.

use super::{EntryKind, Name, Slip};
use crate::{Amount, Money};
use jangle::prelude::*;
use serde::{Deserialize, Serialize};

/// Opens a new account. It is refused where the account exists.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct CreateAccount {
    /// Which.
    #[aggregate_id]
    pub account: String,
    /// Whose it is.
    pub name: Option<Name>,
    /// How far below zero the balance may fall; none lets it fall without a limit.
    pub overdraft_limit: Option<Money>,
}

/// Sees to it that an account is open: opens it, unless it ever was.
///
/// The limit of an account that exists stays as it is, whatever this one says.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct OpenAccount {
    /// Which.
    #[aggregate_id]
    pub account: String,
    /// How far below zero the balance may fall; none lets it fall without a limit.
    pub overdraft_limit: Option<Money>,
}

/// Pays money in.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct DepositFunds {
    /// To which account.
    #[aggregate_id]
    pub account: String,
    /// How much.
    pub amount: Amount,
}

/// Takes money out.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct WithdrawFunds {
    /// From which account.
    #[aggregate_id]
    pub account: String,
    /// How much.
    pub amount: Amount,
}

/// Enters a line of a statement, as another bank wrote it.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct PostStatementLine {
    /// Whose line it is.
    #[aggregate_id]
    pub account: String,
    /// Identifies the line.
    pub transaction: String,
    /// What kind of entry it makes.
    pub kind: EntryKind,
    /// How much; never negative.
    pub amount: Money,
    /// What else it says.
    pub slip: Slip,
}

/// Gives up the debt of an account that is below zero.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct ForgiveDebt {
    /// Whose debt.
    #[aggregate_id]
    pub account: String,
}

/// Deletes an account, whatever its balance is.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct DeleteAccount {
    /// Which.
    #[aggregate_id]
    pub account: String,
}
