//! An account: what can be asked of it, what can happen to it, and its rules.

// ANCHOR: imports
use jangle::prelude::*;
use serde::{Deserialize, Serialize};
// ANCHOR_END: imports

// ANCHOR: commands
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct Deposit {
    #[aggregate_id]
    pub account: String,
    pub cents: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct Withdraw {
    #[aggregate_id]
    pub account: String,
    pub cents: i64,
}
// ANCHOR_END: commands

// ANCHOR: events
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Event)]
#[event(name = "bank.deposited")]
pub struct Deposited {
    pub cents: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Event)]
#[event(name = "bank.withdrawn")]
pub struct Withdrawn {
    pub cents: i64,
}
// ANCHOR_END: events

// ANCHOR: aggregate
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("an amount is more than nothing")]
    NoAmount,
    #[error("only {left} cents are left")]
    NotEnough { left: i64 },
}

#[derive(Debug, Default)]
pub struct Account {
    cents: i64,
}

#[aggregate(name = "account")]
impl Account {
    #[validate_command]
    fn deposit(&self, command: Deposit) -> Result<Deposited, Refusal> {
        if command.cents <= 0 {
            return Err(Refusal::NoAmount);
        }
        Ok(Deposited { cents: command.cents })
    }

    #[validate_command]
    fn withdraw(&self, command: Withdraw) -> Result<Withdrawn, Refusal> {
        if command.cents <= 0 {
            return Err(Refusal::NoAmount);
        }
        if command.cents > self.cents {
            return Err(Refusal::NotEnough { left: self.cents });
        }
        Ok(Withdrawn { cents: command.cents })
    }

    #[reconstitute]
    fn deposited(&mut self, event: &Deposited) {
        self.cents += event.cents;
    }

    #[reconstitute]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.cents -= event.cents;
    }
}
// ANCHOR_END: aggregate

// ANCHOR: tests
#[cfg(test)]
mod tests {
    use super::*;

    /// An account to which these deposits were made.
    fn account_with(deposits: &[i64]) -> Account {
        let mut account = Account::default();
        for cents in deposits {
            account.deposited(&Deposited { cents: *cents });
        }
        account
    }

    #[test]
    fn what_is_there_can_be_withdrawn() {
        let command = Withdraw { account: "ann".into(), cents: 2_000 };
        assert_eq!(
            account_with(&[500, 1_500]).withdraw(command),
            Ok(Withdrawn { cents: 2_000 })
        );
    }

    #[test]
    fn more_than_there_is_cannot() {
        let command = Withdraw { account: "ann".into(), cents: 2_001 };
        assert_eq!(
            account_with(&[500, 1_500]).withdraw(command),
            Err(Refusal::NotEnough { left: 2_000 })
        );
    }
}
// ANCHOR_END: tests
