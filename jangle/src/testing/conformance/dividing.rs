//! How lanes are divided among ranges of partitions, and what is told of them.

use super::{
    kit::{NOW, at, claim, committed, found, lane, owned, owner, refused, step},
    violation::{Broken, Outcome, holds, same},
};
use crate::store::{
    Claim, Claimed, Divided, Division, Exception, ExceptionChange, ExceptionState, Generation, LaneId, LaneProgress,
    Move, PartitionRange, Store,
};
use std::sync::Arc;

const LOW: PartitionRange = PartitionRange { first: 0, last: 31 };
const HIGH: PartitionRange = PartitionRange { first: 32, last: 63 };

fn division(handler: &str, lanes: usize) -> Division {
    Division {
        generation: Generation::NONE,
        handler: handler.into(),
        formerly: None,
        follows: "opened".into(),
        ranges: PartitionRange::parts(lanes),
        begin_at: 7,
        owner: owner(),
        now: NOW,
    }
}

/// The ranges of a division, which must succeed.
async fn divided(store: &dyn Store, lanes: usize) -> Outcome<Vec<PartitionRange>> {
    match store.divide(division("h", lanes)).await? {
        Divided::Into(ranges) => Ok(ranges),
        other => Err(Broken::new("a division of a handler that has no other name", "`Into`", &other)),
    }
}

fn part(partitions: PartitionRange) -> LaneId {
    LaneId { partitions, ..lane("h") }
}

fn exception(position: u64, partition: u8, state: ExceptionState) -> Exception {
    Exception { position, partition, attempts: 1, state, failing_since: None, error: format!("error {position}") }
}

/// Moves a lane with `exceptions`, and gives it back.
async fn moved(store: &dyn Store, lane: &LaneId, to: u64, exceptions: Vec<Exception>) -> Outcome {
    let before = found(store, lane).await?;
    let exceptions = exceptions.into_iter().map(ExceptionChange::Put).collect();
    let step = Move { exceptions, ..step(lane, before.epoch, before.checkpoint, to) };
    committed(store, "a move of the owner", vec![step], vec![]).await?;
    Ok(store.release(vec![(lane.clone(), before.epoch)]).await?)
}

/// The exceptions of a lane that is free, and is given back.
async fn exceptions_of(store: &dyn Store, lane: &LaneId) -> Outcome<Vec<Exception>> {
    let found = found(store, lane).await?;
    store.release(vec![(lane.clone(), found.epoch)]).await?;
    Ok(found.exceptions)
}

async fn checkpoints(store: &dyn Store) -> Outcome<Vec<u64>> {
    Ok(store.progress().await?.iter().map(|of| of.checkpoint).collect())
}

pub(super) async fn a_new_handler_has_all_partitions_at_the_position_of_the_division(store: Arc<dyn Store>) -> Outcome {
    same("a first division into four", divided(&*store, 4).await?, PartitionRange::parts(4))?;
    same("the checkpoints after a first division at 7", checkpoints(&*store).await?, [7; 4])
}

pub(super) async fn free_ranges_are_cut_and_joined_and_keep_their_position(store: Arc<dyn Store>) -> Outcome {
    divided(&*store, 1).await?;
    moved(&*store, &lane("h"), 9, vec![]).await?;
    for lanes in [64, 3, 1, 5, 2, 1] {
        let what = format!("a division into {lanes} of ranges that nobody owns");
        same(&what, divided(&*store, lanes).await?, PartitionRange::parts(lanes))?;
        same("the checkpoints of ranges that were at 9", checkpoints(&*store).await?, vec![9; lanes])?;
    }
    Ok(())
}

pub(super) async fn ranges_at_different_positions_stay_apart(store: Arc<dyn Store>) -> Outcome {
    divided(&*store, 2).await?;
    moved(&*store, &part(HIGH), 9, vec![]).await?;
    same("a division into one of halves at 7 and 9", divided(&*store, 1).await?, [LOW, HIGH])?;
    moved(&*store, &part(LOW), 9, vec![]).await?;
    same("a division into one of halves at 9", divided(&*store, 1).await?, [PartitionRange::ALL])
}

pub(super) async fn an_owned_range_stays_as_it_is(store: Arc<dyn Store>) -> Outcome {
    divided(&*store, 2).await?;
    owned(&*store, claim(&part(LOW), owner())).await?;
    let expected = [LOW, PartitionRange { first: 32, last: 47 }, PartitionRange { first: 48, last: 63 }];
    same("a division into four while the first half is owned", divided(&*store, 4).await?, expected)?;
    let later = Division { now: at(10), ..division("h", 1) };
    let joined = Divided::Into(vec![PartitionRange::ALL]);
    same("a division into one after the lease is over", store.divide(later).await?, joined)
}

pub(super) async fn exceptions_go_with_their_partition(store: Arc<dyn Store>) -> Outcome {
    divided(&*store, 1).await?;
    let exceptions =
        [(3, 0, ExceptionState::Dead), (4, 31, ExceptionState::Behind), (5, 32, ExceptionState::Retry(at(3)))]
            .map(|(position, partition, state)| exception(position, partition, state));
    moved(&*store, &lane("h"), 9, exceptions.to_vec()).await?;
    divided(&*store, 2).await?;
    let [of_low, of_high] = [&exceptions[..2], &exceptions[2..]];
    same("the exceptions of the first half", exceptions_of(&*store, &part(LOW)).await?.as_slice(), of_low)?;
    same("the exceptions of the second half", exceptions_of(&*store, &part(HIGH)).await?.as_slice(), of_high)?;
    divided(&*store, 1).await?;
    same("the exceptions of both halves joined", exceptions_of(&*store, &lane("h")).await?, exceptions)
}

pub(super) async fn an_owner_before_a_division_moves_nothing_after_it(store: Arc<dyn Store>) -> Outcome {
    divided(&*store, 1).await?;
    let epoch = owned(&*store, claim(&lane("h"), owner())).await?;
    for lanes in [2, 1] {
        store.divide(Division { now: at(10), ..division("h", lanes) }).await?;
    }
    let late = vec![step(&lane("h"), epoch, 7, 8)];
    refused(&*store, "a move of the owner before the lane was cut and joined", late, vec![]).await?;
    let next = found(&*store, &lane("h")).await?.epoch;
    holds("the epochs before and after", "the later one is higher", &(epoch, next), next > epoch)
}

pub(super) async fn partitions_that_another_lane_has_are_not_claimed(store: Arc<dyn Store>) -> Outcome {
    divided(&*store, 2).await?;
    let whole = store.claim(claim(&lane("h"), owner())).await?;
    same("a claim of all partitions after a division into halves", whole, Claimed::Divided)?;
    owned(&*store, claim(&part(HIGH), owner())).await.map(drop)
}

pub(super) async fn a_former_id_hands_its_progress_on_once_it_is_free(store: Arc<dyn Store>) -> Outcome {
    divided(&*store, 2).await?;
    moved(&*store, &part(HIGH), 9, vec![exception(3, 40, ExceptionState::Dead)]).await?;
    let epoch = owned(&*store, claim(&part(LOW), owner())).await?;
    let renamed = || Division { formerly: Some("h".into()), ..division("i", 2) };
    let taken = store.divide(renamed()).await?;
    same("a new name while a lane is owned under the former one", taken, Divided::Taken { until: at(10) })?;
    store.release(vec![(part(LOW), epoch)]).await?;
    let halves = || Divided::Into(vec![LOW, HIGH]);
    same("a new name once all lanes are free", store.divide(renamed()).await?, halves())?;
    let expected =
        [(LOW, 7, None), (HIGH, 9, Some((3, "error 3".to_owned())))].map(|(partitions, checkpoint, dead)| {
            let lane = LaneId { partitions, ..lane("i") };
            LaneProgress { lane, owner: None, checkpoint, waiting: None, dead }
        });
    same("the progress under the new name", store.progress().await?, expected)
}

pub(super) async fn a_former_id_begins_nothing_anew(store: Arc<dyn Store>) -> Outcome {
    divided(&*store, 2).await?;
    let renamed = |from: &str, to| Division { formerly: Some(from.into()), ..division(to, 2) };
    store.divide(renamed("h", "i")).await?;
    let of_former = store.divide(division("h", 2)).await?;
    same("a division under the former name", of_former, Divided::Renamed { to: "i".into() })?;
    let back = store.divide(renamed("i", "h")).await?;
    same("the first name given back", back, Divided::Into(vec![LOW, HIGH]))?;
    let of_second = store.divide(division("i", 2)).await?;
    same("a division under the name in between", of_second, Divided::Renamed { to: "h".into() })
}

pub(super) async fn a_lane_of_unknown_events_is_not_claimed(store: Arc<dyn Store>) -> Outcome {
    let newer = Claim {
        follows: "opened.2".into(),
        knows: ["opened".into(), "opened.2".into()].into(),
        ..claim(&lane("h"), owner())
    };
    let epoch = owned(&*store, newer.clone()).await?;
    store.release(vec![(lane("h"), epoch)]).await?;
    let older = store.claim(claim(&lane("h"), owner())).await?;
    let refused = Claimed::Newer { follows: "opened.2".into() };
    same("a claim of a program that does not know the lane's event", older, refused)?;
    same("the epoch of the next claim of one that does", owned(&*store, newer).await?, epoch + 1)
}

pub(super) async fn progress_names_the_first_event_that_waits_and_the_first_that_is_dead(
    store: Arc<dyn Store>,
) -> Outcome {
    let states = [
        (5, ExceptionState::Dead),
        (3, ExceptionState::Retry(NOW)),
        (4, ExceptionState::Dead),
        (2, ExceptionState::Behind),
    ];
    let exceptions = states.map(|(position, state)| exception(position, 1, state)).to_vec();
    moved(&*store, &lane("h"), 9, exceptions).await?;
    let first = owner();
    owned(&*store, claim(&lane("i"), first)).await?;
    let dead = Some((4, "error 4".to_owned()));
    let expected = [
        LaneProgress { lane: lane("h"), owner: None, checkpoint: 9, waiting: Some(2), dead },
        LaneProgress { lane: lane("i"), owner: Some(first), checkpoint: 0, waiting: None, dead: None },
    ];
    same("the progress of two handlers", store.progress().await?, expected)
}
