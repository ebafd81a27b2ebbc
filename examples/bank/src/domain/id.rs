//! Ids of accounts and transactions: whatever text identifies them.

use crate::is_printable;

/// The most characters that an account's id has.
pub const LONGEST_ACCOUNT: usize = 64;

/// The most characters that a transaction's id has.
pub const LONGEST_TRANSACTION: usize = 50;

/// What is expected where there should be an id of at most `longest` characters.
pub fn expected_id(longest: usize) -> String {
    format!("an id of 1 to {longest} printable characters without blanks at its ends")
}

/// Whether `text` can be an id of at most `longest` characters: something, not padded, and printable.
pub fn is_id(text: &str, longest: usize) -> bool {
    let fits = (1..=longest).contains(&text.chars().count());
    fits && text.trim() == text && text.chars().all(is_printable)
}
