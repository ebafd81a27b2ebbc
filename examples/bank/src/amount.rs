//! Amounts that a customer can ask for.

use crate::Money;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What a customer can deposit or withdraw at once: above nothing, and at most a million.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Money", into = "Money")]
pub struct Amount(Money);

/// An amount that nobody can deposit or withdraw at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an amount from 0.01 to 1,000,000.00")]
pub struct AmountError;

impl Amount {
    /// The amount of money.
    pub const fn money(self) -> Money {
        self.0
    }
}

impl TryFrom<Money> for Amount {
    type Error = AmountError;

    fn try_from(money: Money) -> Result<Self, AmountError> {
        if (1..=100_000_000).contains(&money.minor()) { Ok(Self(money)) } else { Err(AmountError) }
    }
}

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        amount.0
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        text.parse::<Money>().map_err(|_| AmountError)?.try_into()
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn a_customer_moves_more_than_nothing_and_at_most_a_million() {
        assert!("0.01".parse::<Amount>().is_ok() && "1000000".parse::<Amount>().is_ok());
        assert!("0".parse::<Amount>().is_err() && "1000000.01".parse::<Amount>().is_err());
        assert!(serde_json::from_str::<Amount>("-5").is_err());
    }
}
