//! Brings jangle along for the crates of a shop, which need not depend on it themselves.

pub use jangle;
