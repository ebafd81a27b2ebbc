//! Leases on lanes.

use super::{
    kit::{NOW, at, claim, committed, found, lane, owned, owner, refused, step},
    views::{SMALL, prepared},
    violation::{Outcome, holds, same},
};
use crate::store::{Claim, Claimed, LaneId, PartitionRange, Store};
use std::sync::Arc;

pub(super) async fn a_new_lane_begins_where_the_claim_says(store: Arc<dyn Store>) -> Outcome {
    let claimed = store.claim(Claim { begin_at: 17, ..claim(&lane("h"), owner()) }).await?;
    let is_new = matches!(
        &claimed,
        Claimed::Owned { epoch: 1.., checkpoint: 17, event: None, exceptions } if exceptions.is_empty()
    );
    holds("the first claim, from 17", "`Owned` at 17 with an epoch above 0", &claimed, is_new)?;
    same("the checkpoint of a second claim, from 0", found(&*store, &lane("h")).await?.checkpoint, 17)
}

pub(super) async fn a_valid_lease_keeps_others_out(store: Arc<dyn Store>) -> Outcome {
    owned(&*store, claim(&lane("h"), owner())).await?;
    for now in [NOW, at(9)] {
        let second = Claim { now, until: at(60), ..claim(&lane("h"), owner()) };
        same("another owner's claim within the lease", store.claim(second).await?, Claimed::Taken { until: at(10) })?;
    }
    Ok(())
}

/// That `later` is a higher epoch than `earlier`.
fn higher(earlier: u64, later: u64) -> Outcome {
    holds("two epochs of one lane", "the later one is higher", &(earlier, later), later > earlier)
}

pub(super) async fn a_lease_that_is_over_goes_to_the_next_with_a_higher_epoch(store: Arc<dyn Store>) -> Outcome {
    let first = owned(&*store, claim(&lane("h"), owner())).await?;
    let second = Claim { now: at(10), until: at(20), ..claim(&lane("h"), owner()) };
    higher(first, owned(&*store, second).await?)
}

pub(super) async fn the_owner_may_claim_again_and_gets_a_higher_epoch(store: Arc<dyn Store>) -> Outcome {
    let owner = owner();
    let first = owned(&*store, claim(&lane("h"), owner)).await?;
    let second = owned(&*store, claim(&lane("h"), owner)).await?;
    higher(first, second)?;
    refused(&*store, "a move of the owner's earlier epoch", vec![step(&lane("h"), first, 0, 1)], vec![]).await?;
    committed(&*store, "a move of the owner's epoch", vec![step(&lane("h"), second, 0, 1)], vec![]).await
}

pub(super) async fn a_renewed_lease_stays(store: Arc<dyn Store>) -> Outcome {
    let first = owner();
    let epoch = owned(&*store, claim(&lane("h"), first)).await?;
    same("what a renewal has lost", store.renew(first, vec![(lane("h"), epoch)], at(30)).await?, [])?;
    let second = Claim { now: at(20), ..claim(&lane("h"), owner()) };
    same("a claim within the renewed lease", store.claim(second).await?, Claimed::Taken { until: at(30) })?;
    let third = Claim { now: at(30), until: at(40), ..claim(&lane("h"), owner()) };
    higher(epoch, owned(&*store, third).await?)
}

pub(super) async fn a_lease_that_was_lost_is_not_renewed(store: Arc<dyn Store>) -> Outcome {
    let (first, second) = (owner(), owner());
    let lost = owned(&*store, claim(&lane("lost"), first)).await?;
    let kept = owned(&*store, claim(&lane("kept"), first)).await?;
    let next = owned(&*store, Claim { now: at(11), until: at(20), ..claim(&lane("lost"), second) }).await?;
    let lanes = vec![(lane("lost"), lost), (lane("kept"), kept), (lane("unknown"), 1)];
    let gone = store.renew(first, lanes, at(60)).await?;
    same("what the first owner's renewal has lost", gone, [lane("lost"), lane("unknown")])?;
    let gone = store.renew(second, vec![(lane("lost"), lost)], at(60)).await?;
    same("what a renewal with an earlier epoch has lost", gone, [lane("lost")])?;
    // Neither of these extended the second owner's lease.
    let third = Claim { now: at(20), ..claim(&lane("lost"), owner()) };
    higher(next, owned(&*store, third).await?)
}

pub(super) async fn a_lease_that_was_given_back_is_free(store: Arc<dyn Store>) -> Outcome {
    let epoch = owned(&*store, claim(&lane("h"), owner())).await?;
    store.release(vec![(lane("h"), epoch), (lane("unknown"), 1)]).await?;
    higher(epoch, owned(&*store, claim(&lane("h"), owner())).await?)
}

pub(super) async fn only_its_own_epoch_gives_a_lease_back(store: Arc<dyn Store>) -> Outcome {
    let owner_of_both = owner();
    let first = owned(&*store, claim(&lane("h"), owner_of_both)).await?;
    owned(&*store, claim(&lane("h"), owner_of_both)).await?;
    store.release(vec![(lane("h"), first)]).await?;
    let claimed = store.claim(claim(&lane("h"), owner())).await?;
    same("a claim after an earlier epoch was given back", claimed, Claimed::Taken { until: at(10) })
}

pub(super) async fn ranges_handlers_and_generations_are_lanes_of_their_own(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, SMALL).await?;
    let low = LaneId { partitions: PartitionRange { first: 0, last: 31 }, ..lane("h") };
    let lanes = [
        low.clone(),
        LaneId { partitions: PartitionRange { first: 32, last: 63 }, ..lane("h") },
        LaneId { generation, ..low.clone() },
        LaneId { handler: "i".into(), ..low.clone() },
    ];
    for lane in &lanes {
        let epoch = owned(&*store, claim(lane, owner())).await?;
        if *lane == low {
            committed(&*store, "a move of one lane", vec![step(&low, epoch, 0, 5)], vec![]).await?;
        }
    }
    let mut checkpoints = Vec::new();
    for lane in &lanes {
        checkpoints.push(found(&*store, lane).await?.checkpoint);
    }
    same("the checkpoints of four lanes of which the first moved to 5", checkpoints, [5, 0, 0, 0])
}
