//! Faults that only opening again shows.

use crate::check;
use jangle::{
    MemoryStore, StoreError,
    store::{Claim, Claimed, LaneCommit, LaneId, LaneOutcome, ViewStore},
    testing::Durable,
};
use jangle_tests::planted::{Answer, Fault, Planted};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The first four of a store that keeps nothing.
pub(crate) const FOUND: &[&str] = &[
    "acknowledged_events_outlive_the_store",
    "positions_go_on_behind_those_of_the_closed_store",
    "a_repeat_gets_the_first_answer_after_reopening",
    "epochs_go_on_after_reopening",
    "rows_and_progress_are_together_after_reopening",
];

/// Nothing is kept.
struct Forgets;

impl Durable for Forgets {
    type Store = MemoryStore;

    async fn open(&self) -> Result<MemoryStore, StoreError> {
        Ok(MemoryStore::new())
    }
}

#[tokio::test]
async fn a_store_that_keeps_nothing() {
    for name in &FOUND[..4] {
        check(name).run_durable(Forgets).await.expect_err(name);
    }
}

/// Rows are kept, and progress is not.
#[derive(Default)]
struct ForgetsProgress {
    rows: MemoryStore,
    opened: AtomicUsize,
}

/// Lanes of one opening.
struct LanesOf(usize);

impl LanesOf {
    fn lane(&self, lane: LaneId) -> LaneId {
        LaneId { handler: format!("{} in {}", lane.handler, self.0).into(), ..lane }
    }
}

impl Fault for LanesOf {
    fn claim<'a>(&'a self, right: &'a MemoryStore, claim: Claim) -> Answer<'a, Claimed> {
        right.claim(Claim { lane: self.lane(claim.lane), ..claim })
    }

    fn commit<'a>(&'a self, right: &'a MemoryStore, mut commit: LaneCommit) -> Answer<'a, LaneOutcome> {
        commit.moves.iter_mut().for_each(|step| step.lane = self.lane(step.lane.clone()));
        right.commit(commit)
    }
}

impl Durable for ForgetsProgress {
    type Store = Planted<LanesOf>;

    async fn open(&self) -> Result<Planted<LanesOf>, StoreError> {
        let nth = self.opened.fetch_add(1, Ordering::SeqCst);
        Ok(Planted::on(self.rows.clone(), LanesOf(nth)))
    }
}

#[tokio::test]
async fn rows_whose_progress_is_lost() {
    check(FOUND[4]).run_durable(ForgetsProgress::default()).await.expect_err(FOUND[4]);
}
