//! What the tests share: a small model, and stores that fail on demand.
#![allow(missing_docs, reason = "only the tests of this workspace use it")]
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

pub mod accounts;
pub mod faulty;
pub mod planted;
pub mod probe;
pub mod stores;
pub mod wrapped;
