//! The kit finds faults: for each one, the checks that must not pass on a store that has it. No check passes on all of
//! them.

/// Makes a test of each fault, and a list of the checks that find one.
macro_rules! finds {
    ($($fault:ident: $planted:expr => $($check:ident),+;)*) => {
        pub(crate) const FOUND: &[&str] = &[$($(stringify!($check)),+),*];

        $(#[tokio::test]
        async fn $fault() {
            $(crate::is_found($planted, stringify!($check)).await;)+
        })*
    };
}

#[path = "store_conformance_rejects/answers.rs"]
mod answers;
#[path = "store_conformance_rejects/dead_letters.rs"]
mod dead_letters;
#[path = "store_conformance_rejects/dividing.rs"]
mod dividing;
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
#[path = "store_conformance_rejects/sagas.rs"]
mod sagas;

use jangle::testing::{StoreCheck, durable_store_checks, store_checks};
use jangle_tests::planted::{Fault, Planted};

/// The check of this name.
fn check(name: &str) -> &'static StoreCheck {
    let mut all = store_checks().iter().chain(durable_store_checks());
    all.find(|check| check.name() == name).unwrap_or_else(|| panic!("there is no check `{name}`"))
}

/// That this check finds the fault, and says which law is broken.
async fn is_found(fault: impl Fault, name: &str) {
    let check = check(name);
    let violation = check.run(Planted::new(fault)).await.expect_err(name);
    let said = violation.to_string();
    let told = [name, check.law(), &violation.what, &violation.expected, &violation.found];
    assert!(told.iter().all(|part| !part.is_empty() && said.contains(part)), "{said}");
}

struct Nothing;

impl Fault for Nothing {}

#[tokio::test]
async fn a_store_without_a_fault_is_accepted() {
    for check in store_checks() {
        let found = check.run(Planted::new(Nothing)).await;
        assert_eq!(found, Ok(()), "{}", check.name());
    }
}

#[test]
fn every_check_finds_a_fault() {
    let found = [
        answers::FOUND,
        dead_letters::FOUND,
        dividing::FOUND,
        durability::FOUND,
        events::FOUND,
        lanes::FOUND,
        looking::FOUND,
        rows::FOUND,
        sagas::FOUND,
    ]
    .concat();
    let all = store_checks().iter().chain(durable_store_checks()).map(StoreCheck::name);
    let idle: Vec<_> = all.filter(|name| !found.contains(name)).collect();
    assert!(idle.is_empty(), "no fault is planted for {idle:?}");
}
