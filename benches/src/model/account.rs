//! The account, its command and its event.

use jangle::prelude::*;
use serde::{Deserialize, Serialize};

/// Where the aggregate stands, for an application without handlers.
pub(crate) const PATH: &str = module_path!();

/// Asks to pay into an account.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
#[command(name = "deposit")]
pub(crate) struct Deposit {
    /// Which account.
    #[aggregate_id]
    pub(crate) account: String,
    /// How much.
    pub(crate) cents: i64,
}

/// An account was paid into.
#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "deposited")]
pub(crate) struct Deposited {
    /// How much.
    pub(crate) cents: i64,
}

/// An account.
#[derive(Debug, Default)]
pub(crate) struct Account {
    cents: i64,
}

#[aggregate(name = "account")]
impl Account {
    #[validate_command]
    fn deposit(&self, command: Deposit) -> Deposited {
        Deposited { cents: command.cents }
    }

    #[reconstitute]
    fn deposited(&mut self, event: &Deposited) {
        self.cents += event.cents;
    }
}
