//! What moves money on an account.

use crate::{Day, Money};
use jangle::view::{ColumnValue, KeyValue, Value, ValueType, ViewError};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One movement of money on one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Identifies the movement within the bank.
    pub transaction: String,
    /// How much; never negative.
    pub amount: Money,
    /// What a statement says of it besides; none where a customer asked for it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip: Option<Slip>,
}

/// What a statement says of an entry besides the amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// The day that the statement gives.
    pub day: Day,
    /// How the money moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// What it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The bank and the account on the other side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counterparty: Option<String>,
}

impl Slip {
    /// All of it in words, what is most telling first; none where it says nothing.
    pub fn details(&self) -> Option<String> {
        let parts = [&self.purpose, &self.counterparty, &self.operation];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// What kind of entry it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Money that was paid in.
    Deposit,
    /// Money that was taken out.
    Withdrawal,
    /// What the bank takes for a statement.
    Fee,
    /// What the bank pays for a balance above zero.
    Interest,
    /// What the bank takes for a balance below zero.
    SanctionInterest,
    /// A debt that the bank gave up.
    Forgiveness,
}

impl EntryKind {
    /// All of them, in the order in which people are shown them.
    pub const ALL: [Self; 6] =
        [Self::Deposit, Self::Withdrawal, Self::Fee, Self::Interest, Self::SanctionInterest, Self::Forgiveness];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Withdrawal => "withdrawal",
            Self::Fee => "fee",
            Self::Interest => "interest",
            Self::SanctionInterest => "sanction interest",
            Self::Forgiveness => "forgiveness",
        }
    }

    /// Its name where there is little room.
    pub const fn short_name(self) -> &'static str {
        match self {
            Self::SanctionInterest => "sanction",
            other => other.name(),
        }
    }

    /// The change of the balance by an entry of this kind.
    pub fn signed(self, amount: Money) -> Money {
        match self {
            Self::Deposit | Self::Interest | Self::Forgiveness => amount,
            Self::Withdrawal | Self::Fee | Self::SanctionInterest => -amount,
        }
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl ColumnValue for EntryKind {
    const TYPE: ValueType = ValueType::Text;

    fn into_value(self) -> Result<Value, ViewError> {
        Ok(Value::Text(self.name().to_owned()))
    }

    fn from_value(value: &Value) -> Result<Self, ViewError> {
        let text = String::from_value(value)?;
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or(ViewError::OutOfRange { value: text })
    }
}

impl KeyValue for EntryKind {}
