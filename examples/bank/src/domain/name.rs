//! Names of account holders.

use crate::is_printable;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The name of an account holder: 5 to 15 printable characters, not only blanks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// Text that is no [`Name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name of 5 to 15 printable characters, not only blanks")]
pub struct NameError;

impl TryFrom<String> for Name {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        let fits =
            (5..=15).contains(&text.chars().count()) && text.chars().all(is_printable) && !text.trim().is_empty();
        if fits { Ok(Self(text)) } else { Err(NameError) }
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        text.to_owned().try_into()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
