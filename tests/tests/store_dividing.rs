//! How lanes are divided among ranges of partitions, and what is told of them: laws 5, 7 and 11.

mod store_common;

use jangle::store::{
    Claim, Claimed, Divided, Division, Exception, ExceptionChange, ExceptionState, Generation, LaneCommit, LaneId,
    LaneOutcome, LaneProgress, Move, PartitionRange, Store,
};
use jangle_tests::stores::{Disk, Reopen};
use std::sync::Arc;
use store_common::{NOW, Outcome, at, claim, lane, owned, owner};

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

async fn divided(store: &dyn Store, lanes: usize) -> Outcome<Vec<PartitionRange>> {
    match store.divide(division("h", lanes)).await? {
        Divided::Into(ranges) => Ok(ranges),
        other => Err(format!("{other:?}").into()),
    }
}

fn part(partitions: PartitionRange) -> LaneId {
    LaneId { partitions, ..lane("h") }
}

fn exception(position: u64, partition: u8, state: ExceptionState) -> Exception {
    Exception { position, partition, attempts: 1, state, error: format!("error {position}") }
}

/// Owns a lane, moves it with `exceptions`, and gives it back.
async fn moved(store: &dyn Store, lane: &LaneId, to: u64, exceptions: Vec<Exception>) -> Outcome {
    let Claimed::Owned { epoch, checkpoint, .. } = store.claim(claim(lane, owner())).await? else {
        return Err("it is not free".into());
    };
    let exceptions = exceptions.into_iter().map(ExceptionChange::Put).collect();
    let step = Move { lane: lane.clone(), epoch, from: checkpoint, to, event: None, exceptions };
    assert_eq!(store.commit(LaneCommit { moves: vec![step], rows: vec![] }).await?, LaneOutcome::Committed);
    store.release(vec![(lane.clone(), epoch)]).await?;
    Ok(())
}

async fn checkpoints(store: &dyn Store) -> Outcome<Vec<u64>> {
    Ok(store.progress().await?.iter().map(|of| of.checkpoint).collect())
}

async fn a_new_handler_has_all_partitions_at_the_position_of_the_division(store: Arc<dyn Store>) -> Outcome {
    assert_eq!(divided(&*store, 4).await?, PartitionRange::parts(4));
    assert_eq!(checkpoints(&*store).await?, [7; 4]);
    Ok(())
}

async fn free_ranges_are_cut_and_joined_and_keep_their_position(store: Arc<dyn Store>) -> Outcome {
    divided(&*store, 1).await?;
    moved(&*store, &lane("h"), 9, vec![]).await?;
    for lanes in [64, 3, 1, 5, 2, 1] {
        assert_eq!(divided(&*store, lanes).await?, PartitionRange::parts(lanes));
        assert_eq!(checkpoints(&*store).await?, vec![9; lanes]);
    }
    Ok(())
}

async fn ranges_at_different_positions_stay_apart(store: Arc<dyn Store>) -> Outcome {
    let halves = divided(&*store, 2).await?;
    moved(&*store, &part(halves[1]), 9, vec![]).await?;
    assert_eq!(divided(&*store, 1).await?, halves);
    moved(&*store, &part(halves[0]), 9, vec![]).await?;
    assert_eq!(divided(&*store, 1).await?, [PartitionRange::ALL]);
    Ok(())
}

async fn an_owned_range_stays_as_it_is(store: Arc<dyn Store>) -> Outcome {
    let halves = divided(&*store, 2).await?;
    owned(&*store, claim(&part(halves[0]), owner())).await?;
    let expected = [halves[0], PartitionRange { first: 32, last: 47 }, PartitionRange { first: 48, last: 63 }];
    assert_eq!(divided(&*store, 4).await?, expected);
    let later = Division { now: at(10), ..division("h", 1) };
    assert_eq!(store.divide(later).await?, Divided::Into(vec![PartitionRange::ALL]), "the lease is over");
    Ok(())
}

async fn exceptions_go_with_their_partition(store: Arc<dyn Store>) -> Outcome {
    divided(&*store, 1).await?;
    let exceptions =
        [(3, 0, ExceptionState::Dead), (4, 31, ExceptionState::Behind), (5, 32, ExceptionState::Retry(at(3)))]
            .map(|(position, partition, state)| exception(position, partition, state));
    moved(&*store, &lane("h"), 9, exceptions.to_vec()).await?;
    for range in divided(&*store, 2).await? {
        let Claimed::Owned { exceptions: found, epoch, .. } = store.claim(claim(&part(range), owner())).await? else {
            return Err("it is not free".into());
        };
        let expected: Vec<_> = exceptions.iter().filter(|of| range.contains(of.partition)).cloned().collect();
        assert_eq!(found, expected);
        store.release(vec![(part(range), epoch)]).await?;
    }
    divided(&*store, 1).await?;
    let Claimed::Owned { exceptions: found, .. } = store.claim(claim(&lane("h"), owner())).await? else {
        return Err("it is not free".into());
    };
    assert_eq!(found, exceptions);
    Ok(())
}

async fn an_owner_before_a_division_moves_nothing_after_it(store: Arc<dyn Store>) -> Outcome {
    divided(&*store, 1).await?;
    let epoch = owned(&*store, claim(&lane("h"), owner())).await?;
    let divide = |lanes| Division { now: at(10), ..division("h", lanes) };
    store.divide(divide(2)).await?;
    store.divide(divide(1)).await?;
    let step = Move { lane: lane("h"), epoch, from: 7, to: 8, event: None, exceptions: vec![] };
    assert_eq!(store.commit(LaneCommit { moves: vec![step], rows: vec![] }).await?, LaneOutcome::Refused);
    assert!(owned(&*store, claim(&lane("h"), owner())).await? > epoch);
    Ok(())
}

async fn partitions_that_another_lane_has_are_not_claimed(store: Arc<dyn Store>) -> Outcome {
    let halves = divided(&*store, 2).await?;
    assert_eq!(store.claim(claim(&lane("h"), owner())).await?, Claimed::Divided);
    owned(&*store, claim(&part(halves[1]), owner())).await?;
    Ok(())
}

async fn a_former_id_hands_its_progress_on_once_it_is_free(store: Arc<dyn Store>) -> Outcome {
    divided(&*store, 2).await?;
    let [low, high] = PartitionRange::parts(2)[..] else { return Err("two halves".into()) };
    moved(&*store, &part(high), 9, vec![exception(3, 40, ExceptionState::Dead)]).await?;
    let epoch = owned(&*store, claim(&part(low), owner())).await?;
    let renamed = || Division { formerly: Some("h".into()), ..division("i", 2) };
    assert_eq!(store.divide(renamed()).await?, Divided::Taken { until: at(10) });
    store.release(vec![(part(low), epoch)]).await?;
    assert_eq!(store.divide(renamed()).await?, Divided::Into(vec![low, high]));
    let expected =
        [(low, 7, None), (high, 9, Some((3, "error 3".to_owned())))].map(|(partitions, checkpoint, dead)| {
            let lane = LaneId { partitions, ..lane("i") };
            LaneProgress { lane, owner: None, checkpoint, waiting: None, dead }
        });
    assert_eq!(store.progress().await?, expected);
    assert_eq!(store.divide(division("h", 2)).await?, Divided::Renamed { to: "i".into() });
    let back = Division { formerly: Some("i".into()), ..division("h", 2) };
    assert_eq!(store.divide(back).await?, Divided::Into(vec![low, high]), "it may be named back");
    assert_eq!(store.divide(division("i", 2)).await?, Divided::Renamed { to: "h".into() });
    Ok(())
}

async fn a_lane_of_unknown_events_is_not_claimed(store: Arc<dyn Store>) -> Outcome {
    let newer = Claim {
        follows: "opened.2".into(),
        knows: ["opened".into(), "opened.2".into()].into(),
        ..claim(&lane("h"), owner())
    };
    let epoch = owned(&*store, newer.clone()).await?;
    store.release(vec![(lane("h"), epoch)]).await?;
    let older = store.claim(claim(&lane("h"), owner())).await?;
    assert_eq!(older, Claimed::Newer { follows: "opened.2".into() });
    assert_eq!(owned(&*store, newer).await?, epoch + 1, "what was refused changed nothing");
    Ok(())
}

async fn progress_names_the_first_event_that_waits_and_the_first_that_is_dead(store: Arc<dyn Store>) -> Outcome {
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
    assert_eq!(store.progress().await?, expected);
    Ok(())
}

/// Runs each of these on every store.
macro_rules! on_every_store {
    ($($test:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $test() -> super::Outcome {
                super::$test(std::sync::Arc::new(jangle::MemoryStore::new())).await
            })*
        }
        mod sqlite {
            $(#[tokio::test]
            async fn $test() -> super::Outcome {
                let disk = super::Disk::new();
                super::$test(std::sync::Arc::new(super::Reopen::open(&disk).await)).await
            })*
        }
    };
}
on_every_store! {
    a_new_handler_has_all_partitions_at_the_position_of_the_division,
    free_ranges_are_cut_and_joined_and_keep_their_position,
    ranges_at_different_positions_stay_apart,
    an_owned_range_stays_as_it_is,
    exceptions_go_with_their_partition,
    an_owner_before_a_division_moves_nothing_after_it,
    partitions_that_another_lane_has_are_not_claimed,
    a_former_id_hands_its_progress_on_once_it_is_free,
    a_lane_of_unknown_events_is_not_claimed,
    progress_names_the_first_event_that_waits_and_the_first_that_is_dead,
}
