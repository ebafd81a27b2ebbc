//! Faults of leases and progress.

use crate::is_found;
use jangle::{
    MemoryStore, Timestamp,
    store::{
        BoxFuture, Claim, Claimed, ExceptionChange, LaneCommit, LaneId, LaneOutcome, Move, PartitionRange, StoreError,
        ViewStore,
    },
};
use jangle_tests::planted::Fault;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

const EXACTLY_ONCE: &str = "7, exactly once";

type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// What is stored of lanes, as their claims said: epoch and checkpoint.
#[derive(Default)]
struct Stored(Mutex<HashMap<LaneId, (u64, u64)>>);

impl Stored {
    fn note(&self, lane: LaneId, claimed: &Claimed) {
        if let Claimed::Owned { epoch, checkpoint, .. } = claimed {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(lane, (*epoch, *checkpoint));
        }
    }

    fn change(&self, mut commit: LaneCommit, change: fn(&mut Move, (u64, u64))) -> LaneCommit {
        let stored = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for step in &mut commit.moves {
            if let Some(known) = stored.get(&step.lane) {
                change(step, *known);
            }
        }
        commit
    }
}

/// Progress moves, and nobody looks at what.
struct Unchecked {
    stored: Stored,
    change: fn(&mut Move, (u64, u64)),
}

impl Unchecked {
    fn new(change: fn(&mut Move, (u64, u64))) -> Self {
        Self { stored: Stored::default(), change }
    }
}

impl Fault for Unchecked {
    fn claim<'a>(&'a self, right: &'a MemoryStore, claim: Claim) -> Answer<'a, Claimed> {
        Box::pin(async move {
            let lane = claim.lane.clone();
            let claimed = right.claim(claim).await?;
            self.stored.note(lane, &claimed);
            Ok(claimed)
        })
    }

    fn commit<'a>(&'a self, right: &'a MemoryStore, commit: LaneCommit) -> Answer<'a, LaneOutcome> {
        right.commit(self.stored.change(commit, self.change))
    }
}

#[tokio::test]
async fn a_move_whose_epoch_is_not_compared() {
    let fault = || Unchecked::new(|step, (epoch, _)| step.epoch = epoch);
    is_found(fault(), "an_earlier_owner_moves_nothing", EXACTLY_ONCE).await;
    is_found(fault(), "the_owner_may_claim_again_and_gets_a_higher_epoch", EXACTLY_ONCE).await;
}

#[tokio::test]
async fn a_move_whose_checkpoint_is_not_compared() {
    let fault = || Unchecked::new(|step, (_, checkpoint)| step.from = checkpoint);
    is_found(fault(), "a_move_from_another_checkpoint_is_refused", EXACTLY_ONCE).await;
}

#[tokio::test]
async fn a_move_backwards() {
    let fault = || Unchecked::new(|step, _| step.to = step.to.max(step.from));
    is_found(fault(), "a_move_backwards_is_refused", EXACTLY_ONCE).await;
}

#[tokio::test]
async fn a_removal_that_counts_twice() {
    let fault = || Unchecked::new(|step, _| step.exceptions.retain(|one| matches!(one, ExceptionChange::Put(_))));
    is_found(fault(), "an_exception_is_removed_exactly_once", EXACTLY_ONCE).await;
    is_found(fault(), "a_refused_commit_changes_no_exception", EXACTLY_ONCE).await;
}

#[tokio::test]
async fn an_event_at_the_checkpoint_that_is_lost() {
    let fault = || Unchecked::new(|step, _| step.event = None);
    is_found(fault(), "the_event_at_the_checkpoint_is_kept", EXACTLY_ONCE).await;
}

/// Each move is a transaction of its own.
struct MovesOneByOne;

impl Fault for MovesOneByOne {
    fn commit<'a>(&'a self, right: &'a MemoryStore, commit: LaneCommit) -> Answer<'a, LaneOutcome> {
        Box::pin(async move {
            for step in commit.moves {
                let outcome = right.commit(LaneCommit { moves: vec![step], rows: vec![] }).await?;
                if outcome == LaneOutcome::Refused {
                    return Ok(outcome);
                }
            }
            right.commit(LaneCommit { moves: vec![], rows: commit.rows }).await
        })
    }
}

#[tokio::test]
async fn half_of_the_moves() {
    is_found(MovesOneByOne, "of_several_moves_all_or_none_are_stored", EXACTLY_ONCE).await;
}

/// Claims are made otherwise than they were asked for.
struct Claims(fn(&mut Claim));

impl Fault for Claims {
    fn claim<'a>(&'a self, right: &'a MemoryStore, mut claim: Claim) -> Answer<'a, Claimed> {
        (self.0)(&mut claim);
        right.claim(claim)
    }
}

#[tokio::test]
async fn a_lease_that_never_ends() {
    let fault = || Claims(|claim| claim.now = Timestamp::from_micros(0));
    is_found(fault(), "a_lease_that_is_over_goes_to_the_next_with_a_higher_epoch", EXACTLY_ONCE).await;
}

#[tokio::test]
async fn a_lease_that_keeps_nobody_out() {
    let fault = || Claims(|claim| claim.now = Timestamp::from_micros(i64::MAX));
    is_found(fault(), "a_valid_lease_keeps_others_out", EXACTLY_ONCE).await;
    is_found(fault(), "a_renewed_lease_stays", EXACTLY_ONCE).await;
}

#[tokio::test]
async fn a_lane_that_always_begins_at_the_beginning() {
    let fault = || Claims(|claim| claim.begin_at = 0);
    is_found(fault(), "a_new_lane_begins_where_the_claim_says", EXACTLY_ONCE).await;
}

#[tokio::test]
async fn ranges_that_share_a_lane() {
    let fault = || Claims(|claim| claim.lane.partitions = PartitionRange::ALL);
    is_found(fault(), "ranges_handlers_and_generations_are_lanes_of_their_own", EXACTLY_ONCE).await;
}

/// Every owner has the same epoch.
struct OneEpoch;

impl Fault for OneEpoch {
    fn claim<'a>(&'a self, right: &'a MemoryStore, claim: Claim) -> Answer<'a, Claimed> {
        Box::pin(async move {
            let mut claimed = right.claim(claim).await?;
            if let Claimed::Owned { epoch, .. } = &mut claimed {
                *epoch = 1;
            }
            Ok(claimed)
        })
    }
}

#[tokio::test]
async fn an_epoch_that_does_not_grow() {
    is_found(OneEpoch, "a_lease_that_was_given_back_is_free", EXACTLY_ONCE).await;
    is_found(OneEpoch, "a_lease_that_is_over_goes_to_the_next_with_a_higher_epoch", EXACTLY_ONCE).await;
}
