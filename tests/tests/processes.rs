//! Laws 1 to 7 with two processes on one SQLite file, one of which is killed, or stopped and woken.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

#[path = "processes/audit.rs"]
mod audit;
#[path = "processes/child.rs"]
mod child;
#[path = "processes/history.rs"]
mod history;

use child::{Children, Plan};
use jangle_tests::stores::Disk;

/// How many of a child's answers come before it is disturbed.
const BEFORE: usize = 300;

/// Two processes send at once; then everything that they heard is held against the file.
fn both(plan: Plan, disturb: impl FnOnce(&mut Children)) {
    let disk = Disk::new();
    let mut children = Children::start(&disk.path(), plan);
    disturb(&mut children);
    let answers = children.finish();
    audit::audit(&disk.path(), plan, &answers);
}

#[test]
fn two_processes_share_one_hot_account() {
    both(Plan::HOT, |_| {});
}

#[test]
fn two_processes_share_a_thousand_accounts() {
    both(Plan::WIDE, |_| {});
}

#[test]
fn one_of_two_processes_on_one_hot_account_is_killed_and_started_again() {
    both(Plan::HOT, |children| children.kill_and_start_again(0, BEFORE));
}

#[test]
fn one_of_two_processes_on_a_thousand_accounts_is_killed_and_started_again() {
    both(Plan::WIDE, |children| children.kill_and_start_again(1, BEFORE));
}

#[test]
fn a_process_on_one_hot_account_is_stopped_past_its_lease_and_woken() {
    both(Plan::HOT.endless(), |children| children.stop_past_the_lease_and_wake(BEFORE));
}

#[test]
fn a_process_on_a_thousand_accounts_is_stopped_past_its_lease_and_woken() {
    both(Plan::WIDE.endless(), |children| children.stop_past_the_lease_and_wake(BEFORE));
}
