//! A small retail bank: the reference application of jangle.
//!
//! [`domain`] holds the rules, [`books`] what is read, [`statement`] reads the files of a real bank, [`import`] turns
//! their lines into commands, and [`verify`] holds the books against the balances that the real bank recorded.

mod amount;
pub mod books;
mod day;
pub mod domain;
pub mod import;
mod money;
mod open;
mod printable;
pub mod statement;
pub mod verify;

pub use amount::{Amount, AmountError};
pub use day::{Day, DayError};
pub use money::{Money, MoneyError, group};
pub use open::{BEHIND, OpenError, close, open};
pub use printable::{is_printable, shown};
