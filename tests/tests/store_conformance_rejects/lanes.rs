//! Faults of leases and progress.

use jangle::{
    MemoryStore, Timestamp,
    store::{Claim, Claimed, ExceptionChange, LaneCommit, LaneId, LaneOutcome, Move, Owner, PartitionRange, ViewStore},
};
use jangle_tests::planted::{Answer, Fault};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

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

/// Claims are made otherwise than they were asked for.
struct Claims(fn(&mut Claim));

impl Fault for Claims {
    fn claim<'a>(&'a self, right: &'a MemoryStore, mut claim: Claim) -> Answer<'a, Claimed> {
        (self.0)(&mut claim);
        right.claim(claim)
    }
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

/// Exceptions come in the order of their states.
struct ByState;

impl Fault for ByState {
    fn claim<'a>(&'a self, right: &'a MemoryStore, claim: Claim) -> Answer<'a, Claimed> {
        Box::pin(async move {
            let mut claimed = right.claim(claim).await?;
            if let Claimed::Owned { exceptions, .. } = &mut claimed {
                exceptions.sort_by_key(|exception| format!("{:?}", exception.state));
            }
            Ok(claimed)
        })
    }
}

/// Whoever asks has the lease.
struct LeasesOfAnybody;

impl Fault for LeasesOfAnybody {
    fn renew<'a>(
        &'a self,
        right: &'a MemoryStore,
        owner: Owner,
        lanes: Vec<(LaneId, u64)>,
        until: Timestamp,
    ) -> Answer<'a, Vec<LaneId>> {
        Box::pin(async move {
            right.renew(owner, lanes, until).await?;
            Ok(vec![])
        })
    }

    fn release<'a>(&'a self, right: &'a MemoryStore, lanes: Vec<(LaneId, u64)>) -> Answer<'a, ()> {
        right.release(lanes.into_iter().flat_map(|(lane, _)| (1..10).map(move |epoch| (lane.clone(), epoch))).collect())
    }
}

/// Some moves get an answer without being looked at.
struct Says(LaneOutcome, fn(&Move) -> bool);

impl Fault for Says {
    fn commit<'a>(&'a self, right: &'a MemoryStore, commit: LaneCommit) -> Answer<'a, LaneOutcome> {
        if commit.moves.iter().any(self.1) {
            return Box::pin(async { Ok(self.0.clone()) });
        }
        right.commit(commit)
    }
}

finds! {
    a_move_whose_epoch_is_not_compared: Unchecked::new(|step, (epoch, _)| step.epoch = epoch) =>
        an_earlier_owner_moves_nothing, the_owner_may_claim_again_and_gets_a_higher_epoch;
    a_move_whose_checkpoint_is_not_compared: Unchecked::new(|step, (_, checkpoint)| step.from = checkpoint) =>
        a_move_from_another_checkpoint_is_refused;
    a_move_backwards: Unchecked::new(|step, _| step.to = step.to.max(step.from)) =>
        a_move_backwards_is_refused;
    a_removal_that_counts_twice: Unchecked::new(|step, _| step.exceptions.retain(|one| matches!(one, ExceptionChange::Put(_)))) =>
        an_exception_is_removed_exactly_once, a_refused_commit_changes_no_exception;
    an_event_at_the_checkpoint_that_is_lost: Unchecked::new(|step, _| step.event = None) =>
        the_event_at_the_checkpoint_is_kept;
    half_of_the_moves: MovesOneByOne =>
        of_several_moves_all_or_none_are_stored;
    a_lease_that_never_ends: Claims(|claim| claim.now = Timestamp::from_micros(0)) =>
        a_lease_that_is_over_goes_to_the_next_with_a_higher_epoch;
    a_lease_that_keeps_nobody_out: Claims(|claim| claim.now = Timestamp::from_micros(i64::MAX)) =>
        a_valid_lease_keeps_others_out, a_renewed_lease_stays;
    a_lane_that_always_begins_at_the_beginning: Claims(|claim| claim.begin_at = 0) =>
        a_new_lane_begins_where_the_claim_says;
    ranges_that_share_a_lane: Claims(|claim| claim.lane.partitions = PartitionRange::ALL) =>
        ranges_handlers_and_generations_are_lanes_of_their_own;
    an_epoch_that_does_not_grow: OneEpoch =>
        a_lease_that_was_given_back_is_free, a_lease_that_is_over_goes_to_the_next_with_a_higher_epoch;
    exceptions_in_another_order: ByState => exceptions_are_kept_by_position;
    a_lease_of_anybody: LeasesOfAnybody => a_lease_that_was_lost_is_not_renewed, only_its_own_epoch_gives_a_lease_back;
    a_move_to_where_it_is: Says(LaneOutcome::Refused, |step| step.from == step.to) => progress_moves_from_what_is_stored;
    a_lane_of_nobody: Says(LaneOutcome::Committed, |step| step.epoch == 0) => a_lane_that_nobody_claimed_does_not_move;
    a_move_after_a_division: Says(LaneOutcome::Committed, |step| step.from == 7) =>
        an_owner_before_a_division_moves_nothing_after_it;
    a_lane_of_any_events: Claims(|claim| claim.knows = ["opened".into(), "opened.2".into()].into()) =>
        a_lane_of_unknown_events_is_not_claimed;
}
