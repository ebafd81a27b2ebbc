//! The smallest model: accounts that are paid into.

pub(crate) mod account;
pub(crate) mod book;
