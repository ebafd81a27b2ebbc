//! Leases, progress and exceptions: law 7.

use crate::{
    on_every_store,
    store_common::{NOW, Outcome, at, claim, lane, owned, owner},
};
use jangle::{
    EventId,
    store::{
        Claim, Claimed, Exception, ExceptionChange, ExceptionState, LaneCommit, LaneId, LaneOutcome, Move,
        PartitionRange, Store,
    },
};
use std::sync::Arc;
use uuid::Uuid;

on_every_store! {
    a_new_lane_begins_where_the_claim_says,
    a_valid_lease_keeps_others_out,
    a_lease_that_is_over_goes_to_the_next_with_a_new_epoch,
    the_owner_may_claim_again_and_gets_a_new_epoch,
    a_renewed_lease_stays,
    a_lease_that_was_lost_is_not_renewed,
    a_lease_that_was_given_back_is_free,
    only_its_own_epoch_gives_a_lease_back,
    ranges_and_handlers_are_lanes_of_their_own,
    progress_moves_from_what_is_stored,
    an_earlier_owner_moves_nothing,
    a_move_from_another_checkpoint_is_refused,
    a_move_backwards_is_refused,
    a_lane_that_nobody_claimed_does_not_move,
    of_several_moves_all_or_none_are_stored,
    exceptions_are_kept_by_position,
    an_exception_is_removed_exactly_once,
    a_refused_commit_changes_no_exception,
    the_event_at_the_checkpoint_is_kept,
}

fn step(lane: &LaneId, epoch: u64, from: u64, to: u64) -> Move {
    Move { lane: lane.clone(), epoch, from, to, event: None, exceptions: vec![] }
}

async fn moved(store: &dyn Store, moves: Vec<Move>) -> Outcome<LaneOutcome> {
    Ok(store.commit(LaneCommit { moves, rows: vec![] }).await?)
}

/// Takes the lane for a new owner after every lease is over, and answers what is stored: epoch, checkpoint, exceptions.
async fn found(store: &dyn Store, lane: &LaneId) -> Outcome<(u64, u64, Vec<Exception>)> {
    let late = Claim { now: at(1_000), until: at(1_000), ..claim(lane, owner()) };
    match store.claim(late).await? {
        Claimed::Owned { epoch, checkpoint, exceptions, .. } => Ok((epoch, checkpoint, exceptions)),
        other => Err(format!("{other:?}").into()),
    }
}

fn exception(position: u64, state: ExceptionState) -> Exception {
    Exception { position, partition: 4, attempts: 2, state, error: "no connection".to_owned() }
}

async fn a_new_lane_begins_where_the_claim_says(store: Arc<dyn Store>) -> Outcome {
    let claimed = store.claim(Claim { begin_at: 17, ..claim(&lane("h"), owner()) }).await?;
    assert_eq!(claimed, Claimed::Owned { epoch: 1, checkpoint: 17, event: None, exceptions: vec![] });
    let (epoch, checkpoint, _) = found(&*store, &lane("h")).await?;
    assert_eq!((epoch, checkpoint), (2, 17), "only the first claim says where it begins");
    Ok(())
}

async fn a_valid_lease_keeps_others_out(store: Arc<dyn Store>) -> Outcome {
    owned(&*store, claim(&lane("h"), owner())).await?;
    for now in [NOW, at(9)] {
        let second = Claim { now, until: at(60), ..claim(&lane("h"), owner()) };
        assert_eq!(store.claim(second).await?, Claimed::Taken { until: at(10) });
    }
    Ok(())
}

async fn a_lease_that_is_over_goes_to_the_next_with_a_new_epoch(store: Arc<dyn Store>) -> Outcome {
    owned(&*store, claim(&lane("h"), owner())).await?;
    let second = Claim { now: at(10), until: at(20), ..claim(&lane("h"), owner()) };
    assert_eq!(owned(&*store, second).await?, 2);
    Ok(())
}

async fn the_owner_may_claim_again_and_gets_a_new_epoch(store: Arc<dyn Store>) -> Outcome {
    let owner = owner();
    assert_eq!(owned(&*store, claim(&lane("h"), owner)).await?, 1);
    assert_eq!(owned(&*store, claim(&lane("h"), owner)).await?, 2);
    assert_eq!(moved(&*store, vec![step(&lane("h"), 1, 0, 1)]).await?, LaneOutcome::Refused);
    Ok(())
}

async fn a_renewed_lease_stays(store: Arc<dyn Store>) -> Outcome {
    let first = owner();
    let epoch = owned(&*store, claim(&lane("h"), first)).await?;
    assert_eq!(store.renew(first, vec![(lane("h"), epoch)], at(30)).await?, []);
    let second = Claim { now: at(20), ..claim(&lane("h"), owner()) };
    assert_eq!(store.claim(second).await?, Claimed::Taken { until: at(30) });
    Ok(())
}

async fn a_lease_that_was_lost_is_not_renewed(store: Arc<dyn Store>) -> Outcome {
    let (first, second) = (owner(), owner());
    let epoch = owned(&*store, claim(&lane("lost"), first)).await?;
    owned(&*store, claim(&lane("kept"), first)).await?;
    owned(&*store, Claim { now: at(11), until: at(20), ..claim(&lane("lost"), second) }).await?;
    let lanes = ["lost", "kept", "unknown"].map(|handler| (lane(handler), epoch)).to_vec();
    assert_eq!(store.renew(first, lanes, at(60)).await?, [lane("lost"), lane("unknown")]);
    assert_eq!(store.renew(second, vec![(lane("lost"), epoch)], at(60)).await?, [lane("lost")]);
    let third = Claim { now: at(20), ..claim(&lane("lost"), owner()) };
    assert_eq!(owned(&*store, third).await?, 3, "the second owner's lease was not extended");
    Ok(())
}

async fn a_lease_that_was_given_back_is_free(store: Arc<dyn Store>) -> Outcome {
    let epoch = owned(&*store, claim(&lane("h"), owner())).await?;
    store.release(vec![(lane("h"), epoch), (lane("unknown"), 1)]).await?;
    assert_eq!(owned(&*store, claim(&lane("h"), owner())).await?, 2);
    Ok(())
}

async fn only_its_own_epoch_gives_a_lease_back(store: Arc<dyn Store>) -> Outcome {
    let owner_of_both = owner();
    owned(&*store, claim(&lane("h"), owner_of_both)).await?;
    owned(&*store, claim(&lane("h"), owner_of_both)).await?;
    store.release(vec![(lane("h"), 1)]).await?;
    assert_eq!(store.claim(claim(&lane("h"), owner())).await?, Claimed::Taken { until: at(10) });
    Ok(())
}

async fn ranges_and_handlers_are_lanes_of_their_own(store: Arc<dyn Store>) -> Outcome {
    let low = LaneId { partitions: PartitionRange { first: 0, last: 31 }, ..lane("h") };
    let high = LaneId { partitions: PartitionRange { first: 32, last: 63 }, ..lane("h") };
    for lane in [&low, &high, &lane("i")] {
        assert_eq!(owned(&*store, claim(lane, owner())).await?, 1);
    }
    assert_eq!(moved(&*store, vec![step(&low, 1, 0, 5)]).await?, LaneOutcome::Committed);
    assert_eq!(found(&*store, &low).await?.1, 5);
    assert_eq!(found(&*store, &high).await?.1, 0);
    Ok(())
}

async fn progress_moves_from_what_is_stored(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    for (from, to) in [(0, 4), (4, 4), (4, 9)] {
        assert_eq!(moved(&*store, vec![step(&lane, epoch, from, to)]).await?, LaneOutcome::Committed);
    }
    assert_eq!(
        moved(&*store, vec![step(&lane, epoch, 9, 10), step(&lane, epoch, 10, 12)]).await?,
        LaneOutcome::Committed
    );
    assert_eq!(found(&*store, &lane).await?.1, 12);
    Ok(())
}

async fn an_earlier_owner_moves_nothing(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let first = owned(&*store, claim(&lane, owner())).await?;
    let second = owned(&*store, Claim { now: at(11), until: at(20), ..claim(&lane, owner()) }).await?;
    for epoch in [first, second + 1] {
        assert_eq!(moved(&*store, vec![step(&lane, epoch, 0, 1)]).await?, LaneOutcome::Refused);
    }
    assert_eq!(moved(&*store, vec![step(&lane, second, 0, 1)]).await?, LaneOutcome::Committed);
    Ok(())
}

async fn a_move_from_another_checkpoint_is_refused(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let epoch = owned(&*store, Claim { begin_at: 5, ..claim(&lane, owner()) }).await?;
    for from in [0, 4, 6] {
        assert_eq!(moved(&*store, vec![step(&lane, epoch, from, 7)]).await?, LaneOutcome::Refused);
    }
    assert_eq!(found(&*store, &lane).await?.1, 5);
    Ok(())
}

async fn a_move_backwards_is_refused(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let epoch = owned(&*store, Claim { begin_at: 5, ..claim(&lane, owner()) }).await?;
    assert_eq!(moved(&*store, vec![step(&lane, epoch, 5, 4)]).await?, LaneOutcome::Refused);
    assert_eq!(found(&*store, &lane).await?.1, 5);
    Ok(())
}

async fn a_lane_that_nobody_claimed_does_not_move(store: Arc<dyn Store>) -> Outcome {
    assert_eq!(moved(&*store, vec![step(&lane("h"), 0, 0, 1)]).await?, LaneOutcome::Refused);
    assert_eq!(moved(&*store, vec![step(&lane("h"), 1, 0, 1)]).await?, LaneOutcome::Refused);
    Ok(())
}

async fn of_several_moves_all_or_none_are_stored(store: Arc<dyn Store>) -> Outcome {
    let (a, b) = (lane("a"), lane("b"));
    owned(&*store, claim(&a, owner())).await?;
    owned(&*store, claim(&b, owner())).await?;
    assert_eq!(moved(&*store, vec![step(&a, 1, 0, 3), step(&b, 2, 0, 3)]).await?, LaneOutcome::Refused);
    assert_eq!(found(&*store, &a).await?.1, 0);
    assert_eq!(moved(&*store, vec![step(&a, 2, 0, 3), step(&b, 1, 0, 3)]).await?, LaneOutcome::Committed);
    assert_eq!((found(&*store, &a).await?.1, found(&*store, &b).await?.1), (3, 3));
    Ok(())
}

async fn exceptions_are_kept_by_position(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    let [second, ninth, fifth] = [
        exception(2, ExceptionState::Retry(at(3))),
        exception(9, ExceptionState::Dead),
        exception(5, ExceptionState::Behind),
    ];
    let put = [&ninth, &second, &fifth].map(|one| ExceptionChange::Put(one.clone())).to_vec();
    moved(&*store, vec![Move { exceptions: put, ..step(&lane, epoch, 0, 9) }]).await?;
    let worse = Exception { attempts: 3, state: ExceptionState::Dead, error: "still none".to_owned(), ..second };
    let replaced = vec![ExceptionChange::Put(worse.clone())];
    moved(&*store, vec![Move { exceptions: replaced, ..step(&lane, epoch, 9, 9) }]).await?;
    assert_eq!(found(&*store, &lane).await?.2, [worse, fifth, ninth]);
    Ok(())
}

async fn an_exception_is_removed_exactly_once(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    let put = vec![ExceptionChange::Put(exception(2, ExceptionState::Behind))];
    moved(&*store, vec![Move { exceptions: put, ..step(&lane, epoch, 0, 2) }]).await?;
    let remove = Move { exceptions: vec![ExceptionChange::Remove(2)], ..step(&lane, epoch, 2, 2) };
    assert_eq!(moved(&*store, vec![remove.clone()]).await?, LaneOutcome::Committed);
    assert_eq!(moved(&*store, vec![remove]).await?, LaneOutcome::Refused);
    let both = vec![ExceptionChange::Put(exception(3, ExceptionState::Dead)), ExceptionChange::Remove(3)];
    let commit = moved(&*store, vec![Move { exceptions: both, ..step(&lane, epoch, 2, 3) }]).await?;
    assert_eq!(commit, LaneOutcome::Committed, "changes are made in their order");
    assert_eq!(found(&*store, &lane).await?, (2, 3, vec![]));
    Ok(())
}

async fn a_refused_commit_changes_no_exception(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    let dead = exception(2, ExceptionState::Dead);
    moved(&*store, vec![Move { exceptions: vec![ExceptionChange::Put(dead.clone())], ..step(&lane, epoch, 0, 2) }])
        .await?;
    let changes = vec![
        ExceptionChange::Remove(2),
        ExceptionChange::Put(exception(1, ExceptionState::Behind)),
        ExceptionChange::Remove(7),
    ];
    let refused = moved(&*store, vec![Move { exceptions: changes, ..step(&lane, epoch, 2, 8) }]).await?;
    assert_eq!(refused, LaneOutcome::Refused);
    assert_eq!(found(&*store, &lane).await?, (2, 2, vec![dead]));
    Ok(())
}

async fn the_event_at_the_checkpoint_is_kept(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    let event = EventId::from_uuid(Uuid::now_v7());
    moved(&*store, vec![Move { event: Some(event), ..step(&lane, epoch, 0, 1) }]).await?;
    moved(&*store, vec![step(&lane, epoch, 1, 2)]).await?;
    let later = Claim { now: at(11), ..claim(&lane, owner()) };
    assert!(matches!(store.claim(later).await?, Claimed::Owned { event: Some(kept), .. } if kept == event));
    Ok(())
}
