//! What every store must do, as checks that can be run on any.

mod appending;
mod check;
mod conflicts;
mod dead_letters;
mod dividing;
mod kit;
mod lanes;
mod list;
mod merging;
mod place;
mod progress;
mod racing;
mod reading;
mod receipts;
mod reopening;
mod sagas;
mod scanning;
mod snapshots;
mod texts;
mod views;
mod violation;

pub use check::{StoreCheck, conforms, durable_store_checks, store_checks};
pub use place::Durable;
pub use violation::StoreViolation;
