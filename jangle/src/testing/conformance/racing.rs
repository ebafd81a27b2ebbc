//! Requests beside each other.

use super::{
    kit::{
        Threads, accepted, all_events, append, claim, committed, event, lane, one, owned, owner, positions, step,
        stored, stream, versions, with_receipt,
    },
    violation::{Broken, Outcome, holds, same},
};
use crate::{
    CommandId,
    store::{AppendResult, Claimed, LaneCommit, LaneId, LaneOutcome, Store},
    testing::conformance::views::{SMALL, prepared, small, total},
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

pub(super) async fn of_concurrent_appends_on_one_version_one_is_stored(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    for version in 0..10 {
        let mut racing = Threads::new();
        for _ in 0..8 {
            let (store, append) = (Arc::clone(&store), one(&a, version));
            racing.start(async move { store.append(vec![append]).await });
        }
        let mut won = 0;
        for result in racing.ended().await? {
            match result?.as_slice() {
                [AppendResult::Appended(_)] => won += 1,
                [AppendResult::Conflict { actual }] => {
                    same("the version in a conflict", *actual, version + 1)?;
                }
                other => return Err(Broken::new("an append beside seven others", "`Appended` or `Conflict`", &other)),
            }
        }
        same("how many of eight concurrent appends on one version were stored", won, 1)?;
    }
    same("the versions of the stream", versions(&store.read_stream(a, 0, 100).await?), (1..=10).collect::<Vec<_>>())
}

pub(super) async fn of_concurrent_repeats_one_takes_effect(store: Arc<dyn Store>) -> Outcome {
    for round in 0..10 {
        let (id, a) = (CommandId::new(), stream(&format!("a {round}")));
        let mut racing = Threads::new();
        for _ in 0..8 {
            let (store, append) = (Arc::clone(&store), with_receipt(id, accepted("1"), one(&a, 0)));
            racing.start(async move { store.append(vec![append]).await });
        }
        let mut won = 0;
        for result in racing.ended().await? {
            match result?.as_slice() {
                [AppendResult::Appended(_)] => won += 1,
                [AppendResult::Repeated(_)] => {}
                other => return Err(Broken::new("a command beside its repeats", "`Appended` or `Repeated`", &other)),
            }
        }
        same("how many of eight concurrent repeats took effect", won, 1)?;
        same("the versions of the stream", versions(&store.read_stream(a, 0, 10).await?), [1])?;
    }
    Ok(())
}

pub(super) async fn no_reader_passes_an_event_that_becomes_visible_later(store: Arc<dyn Store>) -> Outcome {
    const WRITERS: u64 = 6;
    let writing = Arc::new(AtomicUsize::new(WRITERS as usize));
    let mut writers = Threads::new();
    for writer in 0..WRITERS {
        let (store, writing) = (Arc::clone(&store), Arc::clone(&writing));
        writers.start(async move {
            let written = write(&*store, writer).await;
            writing.fetch_sub(1, Ordering::SeqCst);
            written
        });
    }
    let mut readers = Threads::new();
    for page in [1, 7, 1_000] {
        let (store, writing) = (Arc::clone(&store), Arc::clone(&writing));
        readers.start(async move { follow(&*store, page, &writing).await });
    }
    let mut acknowledged = BTreeSet::new();
    for written in writers.ended().await? {
        acknowledged.extend(written?);
    }
    let all = positions(&all_events(&*store).await?);
    for seen in readers.ended().await? {
        let seen: BTreeSet<_> = seen?.into_iter().collect();
        let passed: Vec<_> = all.iter().filter(|position| !seen.contains(position)).collect();
        let expected = "none: an event becomes visible only behind all that are";
        holds("positions that became visible after a reader had passed them", expected, &passed, passed.is_empty())?;
    }
    let lost: Vec<_> = acknowledged.iter().filter(|position| !all.contains(position)).collect();
    holds("acknowledged positions that are not there", "none", &lost, lost.is_empty())
}

/// Appends to a stream of its own and to one that it shares, and answers the positions.
async fn write(store: &dyn Store, writer: u64) -> Outcome<Vec<u64>> {
    const EACH: u64 = 40;
    let (own, shared) = (stream(&format!("own {writer}")), stream(&format!("shared {}", writer % 2)));
    let mut acknowledged = Vec::new();
    for version in 0..EACH {
        let append = append(&own, version, vec![event(&own), event(&shared)]);
        let appended = stored(store, with_receipt(CommandId::new(), accepted("1"), append)).await?;
        let at: Vec<_> = appended.events.iter().map(|(_, position)| *position).collect();
        same(
            "an acknowledged append, read at its positions",
            positions(&store.read_at(at.clone()).await?),
            at.clone(),
        )?;
        acknowledged.extend(at);
    }
    Ok(acknowledged)
}

/// Goes on from the last position that it saw, as a lane does, until nobody writes and nothing is left.
async fn follow(store: &dyn Store, page: usize, writing: &AtomicUsize) -> Outcome<Vec<u64>> {
    let mut seen: Vec<u64> = Vec::new();
    loop {
        // Looked at before reading: what was acknowledged before is visible now.
        let is_over = writing.load(Ordering::SeqCst) == 0;
        let events = store.read_all(seen.last().copied().unwrap_or(0), page).await?;
        if events.is_empty() && is_over {
            return Ok(seen);
        }
        seen.extend(positions(&events));
    }
}

pub(super) async fn of_concurrent_claims_one_owns_the_lane(store: Arc<dyn Store>) -> Outcome {
    for round in 0..10 {
        let lane = lane(&format!("h {round}"));
        let mut racing = Threads::new();
        for _ in 0..8 {
            let (store, claim) = (Arc::clone(&store), claim(&lane, owner()));
            racing.start(async move { store.claim(claim).await });
        }
        let mut owners = 0;
        for claimed in racing.ended().await? {
            owners += usize::from(matches!(claimed?, Claimed::Owned { .. }));
        }
        same("how many of eight concurrent claims got the lane", owners, 1)?;
    }
    Ok(())
}

pub(super) async fn of_concurrent_moves_from_one_checkpoint_one_is_stored(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, SMALL).await?;
    let lane = LaneId { generation, ..lane("h") };
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    for from in 0..10 {
        let mut racing = Threads::new();
        for _ in 0..8 {
            let moves = vec![step(&lane, epoch, from, from + 1)];
            let commit = LaneCommit { moves, rows: vec![(generation, small("a", 1)?)] };
            let store = Arc::clone(&store);
            racing.start(async move { store.commit(commit).await });
        }
        let mut moved = 0;
        for outcome in racing.ended().await? {
            moved += usize::from(outcome? == LaneOutcome::Committed);
        }
        same("how many of eight concurrent moves from one checkpoint were stored", moved, 1)?;
    }
    same("the sum of the rows of ten moves", total(&*store, "a").await?, Some(10))?;
    committed(&*store, "a move from the last checkpoint", vec![step(&lane, epoch, 10, 11)], vec![]).await
}
