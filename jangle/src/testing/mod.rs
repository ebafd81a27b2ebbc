//! What tests of applications and of stores are made of.
//!
//! # A store of one's own
//!
//! A store promises more than its traits can say. [`store_conformance!`](crate::testing::store_conformance) makes a test
//! of each promise, on any store:
//!
//! ```
//! use jangle::MemoryStore;
//!
//! jangle::testing::store_conformance!(mod memory, || async { MemoryStore::new() });
//! # fn main() {}
//! ```
//!
//! `cargo test` then shows `memory::a_command_id_takes_effect_once` and the others, and a failing one says which law is
//! broken, what was expected and what the store did. The laws are:
//!
//! | law | says |
//! |---|---|
//! | 1, durable | what was acknowledged is stored: whole, once, with versions without holes, also after a restart |
//! | 2, once by id | a command id takes effect once, and a repeat gets the first answer |
//! | 3, linearizable | an append is stored only on the version that it was decided on |
//! | 4, a refusal is an answer | a refusal spends its id and stores no event |
//! | 6, none skipped | no reader passes an event that becomes visible later |
//! | 7, exactly once | rows and progress are one transaction, by one owner, from the checkpoint that is stored |
//! | 10, any order | rows are the same in any order and batching of the changes |
//! | 12, snapshots are a cache | the newest of the running code is kept, and any can be discarded |

mod conformance;

#[doc(inline)]
pub use crate::__store_conformance as store_conformance;
#[doc(hidden)]
pub use conformance::conforms;
pub use conformance::{Durable, StoreCheck, StoreViolation, durable_store_checks, store_checks};
