//! The kit finds faults: for each one, the check that must not pass on a store that has it.

#[path = "store_conformance_rejects/durability.rs"]
mod durability;
#[path = "store_conformance_rejects/events.rs"]
mod events;
#[path = "store_conformance_rejects/lanes.rs"]
mod lanes;
#[path = "store_conformance_rejects/looking.rs"]
mod looking;
#[path = "store_conformance_rejects/rows.rs"]
mod rows;

use jangle::testing::{StoreCheck, durable_store_checks, store_checks};
use jangle_tests::planted::{Fault, Planted};

/// The check of this name.
fn check(name: &str) -> &'static StoreCheck {
    let mut all = store_checks().iter().chain(durable_store_checks());
    all.find(|check| check.name() == name).unwrap_or_else(|| panic!("there is no check `{name}`"))
}

/// That this check finds the fault, and says which law is broken.
async fn is_found(fault: impl Fault, name: &str, law: &str) {
    let violation = check(name).run(Planted::new(fault)).await.expect_err("the fault was not found");
    assert_eq!((violation.check, violation.law), (name, law), "{violation}");
}

struct None;

impl Fault for None {}

#[tokio::test]
async fn a_store_without_a_fault_is_accepted() {
    for check in store_checks() {
        let found = check.run(Planted::new(None)).await;
        assert_eq!(found, Ok(()), "{}", check.name());
    }
}
