//! Faults of divisions.

use jangle::{
    MemoryStore, Timestamp,
    store::{
        Claim, Claimed, Divided, Division, ExceptionChange, LaneCommit, LaneOutcome, LaneProgress, PartitionRange,
        ViewStore,
    },
};
use jangle_tests::planted::{Answer, Fault};

/// Divisions are made otherwise than they were asked for.
struct Divisions(fn(&mut Division));

impl Fault for Divisions {
    fn divide<'a>(&'a self, right: &'a MemoryStore, mut division: Division) -> Answer<'a, Divided> {
        (self.0)(&mut division);
        right.divide(division)
    }
}

/// Whatever comes of a division, what was asked for is answered.
struct AsAsked;

impl Fault for AsAsked {
    fn divide<'a>(&'a self, right: &'a MemoryStore, division: Division) -> Answer<'a, Divided> {
        Box::pin(async move {
            let asked = division.ranges.clone();
            Ok(match right.divide(division).await? {
                Divided::Into(_) => Divided::Into(asked),
                other => other,
            })
        })
    }
}

/// Whoever claims partitions of another lane owns them.
struct ClaimsTwice;

impl Fault for ClaimsTwice {
    fn claim<'a>(&'a self, right: &'a MemoryStore, claim: Claim) -> Answer<'a, Claimed> {
        Box::pin(async move {
            let checkpoint = claim.begin_at;
            Ok(match right.claim(claim).await? {
                Claimed::Divided => Claimed::Owned { epoch: 1, checkpoint, event: None, exceptions: vec![] },
                other => other,
            })
        })
    }
}

/// All exceptions are of the first partition.
struct FirstPartition;

impl Fault for FirstPartition {
    fn commit<'a>(&'a self, right: &'a MemoryStore, mut commit: LaneCommit) -> Answer<'a, LaneOutcome> {
        for change in commit.moves.iter_mut().flat_map(|step| &mut step.exceptions) {
            if let ExceptionChange::Put(exception) = change {
                exception.partition = 0;
            }
        }
        right.commit(commit)
    }
}

/// What is told of lanes is not what they are.
struct Tells(fn(&mut LaneProgress));

impl Fault for Tells {
    fn progress<'a>(&'a self, right: &'a MemoryStore) -> Answer<'a, Vec<LaneProgress>> {
        Box::pin(async move {
            let mut progress = right.progress().await?;
            progress.iter_mut().for_each(self.0);
            Ok(progress)
        })
    }
}

finds! {
    a_handler_that_begins_at_the_beginning: Divisions(|division| division.begin_at = 0) =>
        a_new_handler_has_all_partitions_at_the_position_of_the_division;
    a_range_that_is_never_cut: Divisions(|division| division.ranges = vec![PartitionRange::ALL]) =>
        free_ranges_are_cut_and_joined_and_keep_their_position;
    a_range_that_is_taken_from_its_owner: Divisions(|division| division.now = Timestamp::from_micros(i64::MAX)) =>
        an_owned_range_stays_as_it_is, a_former_id_hands_its_progress_on_once_it_is_free;
    a_former_id_that_is_forgotten: Divisions(|division| division.formerly = None) =>
        a_former_id_hands_its_progress_on_once_it_is_free, a_former_id_begins_nothing_anew;
    ranges_that_are_joined_whatever_their_positions: AsAsked =>
        ranges_at_different_positions_stay_apart, an_owned_range_stays_as_it_is;
    partitions_of_two_lanes: ClaimsTwice => partitions_that_another_lane_has_are_not_claimed;
    exceptions_that_lose_their_partition: FirstPartition => exceptions_go_with_their_partition;
    a_dead_event_that_is_not_told: Tells(|of| of.dead = None) =>
        progress_names_the_first_event_that_waits_and_the_first_that_is_dead;
    an_owner_who_is_not_told: Tells(|of| of.owner = None) =>
        progress_names_the_first_event_that_waits_and_the_first_that_is_dead;
}
