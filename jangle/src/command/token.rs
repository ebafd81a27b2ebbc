//! Tokens: what a receipt stands for, as text that another process accepts.

use crate::event::EventId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// What tokens of this version begin with.
const VERSION: &str = "j1";

/// What a [`Receipt`](crate::Receipt) stands for, as a short text: for a cookie, a header, a message to another process
/// on the same store, whose queries wait for it with [`Asking::after`](crate::Asking::after).
///
/// It names a place in the store and the event there, so that a token of another store is noticed. It holds nothing
/// that a user said, and it is no secret: whoever changes it waits for something else.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// use jangle::Token;
///
/// let text = app.send(deposit).await?.token().to_string();
/// // …and elsewhere:
/// let token: Token = text.parse()?;
/// let balance = app.query(BalanceOf { account: "25".into() }).after(&token).await?;
/// assert_eq!(balance.map(|balance| balance.cents), Some(100));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token {
    pub(crate) position: u64,
    /// How many events the command had.
    pub(crate) events: usize,
    /// The event at the position; none in an empty store, or where it could not be read.
    pub(crate) witness: Option<EventId>,
}

/// Text that is not a token.
///
/// ```
/// use jangle::{Token, TokenError};
/// assert_eq!("hello".parse::<Token>(), Err(TokenError::Malformed));
/// assert_eq!("j2.what.ever".parse::<Token>(), Err(TokenError::OtherVersion));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It is something else, or was cut.
    #[error("this is not the token of a receipt, which looks like j1.6145.1.0190b2f0d3a77cc98d1e2f3a4b5c6d7e")]
    Malformed,
    /// A program of another version wrote it.
    #[error("this token was written by another version of jangle; this program reads those that begin with `j1.`")]
    OtherVersion,
}

crate::error::debug_as_display! { TokenError }

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}.{}.{}", self.position, self.events)?;
        self.witness.map_or(Ok(()), |event| write!(f, ".{}", event.as_uuid().simple()))
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let mut parts = text.split('.');
        match parts.next() {
            Some(VERSION) => {}
            Some(version) if is_version(version) => return Err(TokenError::OtherVersion),
            _ => return Err(TokenError::Malformed),
        }
        let token = Self {
            position: number(parts.next())?,
            events: number(parts.next())?,
            witness: parts.next().map(event).transpose()?,
        };
        // Before the first event there is none to name.
        match parts.next().is_none() && (token.position > 0 || token.witness.is_none()) {
            true => Ok(token),
            false => Err(TokenError::Malformed),
        }
    }
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('j').is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Only as it is written: without a sign or leading zeros, so that equal tokens are equal texts.
fn number<N: FromStr + ToString>(part: Option<&str>) -> Result<N, TokenError> {
    let part = part.ok_or(TokenError::Malformed)?;
    part.parse::<N>().ok().filter(|number| number.to_string() == part).ok_or(TokenError::Malformed)
}

fn event(part: &str) -> Result<EventId, TokenError> {
    let id = Uuid::try_parse(part).map_err(|_| TokenError::Malformed)?;
    match id.simple().to_string() == part {
        true => Ok(EventId::from_uuid(id)),
        false => Err(TokenError::Malformed),
    }
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{Token, TokenError};
    use crate::event::EventId;
    use uuid::Uuid;

    #[test]
    fn a_token_is_read_as_it_was_written() {
        let witness = Some(EventId::from_uuid(Uuid::from_u128(0x0190_b2f0)));
        for token in [
            Token { position: 6145, events: 2, witness },
            Token { position: u64::MAX, events: 0, witness },
            Token { position: 0, events: 0, witness: None },
            Token { position: 7, events: 0, witness: None },
        ] {
            assert_eq!(token.to_string().parse(), Ok(token));
            assert!(token.to_string().len() < 64);
            let json = serde_json::to_string(&token).expect("a token is text");
            assert_eq!(serde_json::from_str::<Token>(&json).expect("it was written so"), token);
        }
    }

    #[test]
    fn what_is_no_token_is_told() {
        let id = "000000000000000000000000000190b2";
        let malformed = [
            String::new(),
            "j1".into(),
            "j1.".into(),
            "j.1.1".into(),
            format!("j1.0.1.{id}"),
            format!("j1.+1.1.{id}"),
            format!("j1.01.1.{id}"),
            format!("j1.1.1.{id}.x"),
            format!("j1.1.1.{}", &id[1..]),
            format!("j1.18446744073709551616.1.{id}"),
            "j1.1.1.00000000-0000-0000-0000-00000190b200".into(),
            "é".repeat(1000),
        ];
        for text in malformed {
            assert_eq!(text.parse::<Token>(), Err(TokenError::Malformed), "{text}");
        }
        assert_eq!("j2.1.1".parse::<Token>(), Err(TokenError::OtherVersion));
        assert!(serde_json::from_str::<Token>("\"hello\"").is_err());
    }
}
