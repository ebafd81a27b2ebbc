//! Stores that look first and write then, in two transactions. All of the requests that race look before any writes.

use jangle::{
    MemoryStore, Timestamp,
    store::{Append, AppendResult, Claim, Claimed, EventStore, LaneCommit, LaneOutcome, ViewStore},
};
use jangle_tests::planted::{Answer, Fault};
use tokio::sync::Barrier;

/// How many requests race in the kit.
const RACING: usize = 8;

/// The version of the stream, and the receipt of the id, are compared before the transaction.
struct AppendsLate(Barrier);

impl Fault for AppendsLate {
    fn append<'a>(&'a self, right: &'a MemoryStore, mut batch: Vec<Append>) -> Answer<'a, Vec<AppendResult>> {
        Box::pin(async move {
            self.0.wait().await;
            for append in &mut batch {
                let there = right.read_stream(append.expected.0.clone(), 0, usize::MAX).await?;
                append.expected.1 = there.len() as u64;
                append.receipt = None;
            }
            right.append(batch).await
        })
    }
}

/// The lease is compared before the transaction.
struct ClaimsLate(Barrier);

impl Fault for ClaimsLate {
    fn claim<'a>(&'a self, right: &'a MemoryStore, claim: Claim) -> Answer<'a, Claimed> {
        Box::pin(async move {
            self.0.wait().await;
            right.claim(Claim { now: Timestamp::from_micros(i64::MAX), ..claim }).await
        })
    }
}

/// The checkpoint is compared before the transaction.
struct MovesLate(Barrier);

impl Fault for MovesLate {
    fn commit<'a>(&'a self, right: &'a MemoryStore, commit: LaneCommit) -> Answer<'a, LaneOutcome> {
        Box::pin(async move {
            self.0.wait().await;
            right.commit(LaneCommit { moves: vec![], rows: commit.rows }).await
        })
    }
}

finds! {
    a_version_that_is_compared_before_the_transaction: AppendsLate(Barrier::new(RACING)) =>
        of_concurrent_appends_on_one_version_one_is_stored;
    a_receipt_that_is_looked_up_before_the_transaction: AppendsLate(Barrier::new(RACING)) =>
        of_concurrent_repeats_one_takes_effect;
    a_lease_that_is_compared_before_the_transaction: ClaimsLate(Barrier::new(RACING)) =>
        of_concurrent_claims_one_owns_the_lane;
    a_checkpoint_that_is_compared_before_the_transaction: MovesLate(Barrier::new(RACING)) =>
        of_concurrent_moves_from_one_checkpoint_one_is_stored;
}
