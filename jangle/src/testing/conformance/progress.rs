//! Checkpoints and exceptions.

use super::{
    kit::{at, claim, committed, found, lane, owned, owner, refused, step},
    violation::{Outcome, same},
};
use crate::{
    EventId,
    store::{Claim, Exception, ExceptionChange, ExceptionState, Move, Store},
};
use std::sync::Arc;
use uuid::Uuid;

fn exception(position: u64, state: ExceptionState) -> Exception {
    Exception {
        position,
        partition: 4,
        attempts: 2,
        state,
        failing_since: Some(at(-9)),
        error: "no connection".to_owned(),
    }
}

pub(super) async fn progress_moves_from_what_is_stored(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    for (from, to) in [(0, 4), (4, 4), (4, 9)] {
        let what = format!("a move from {from} to {to} at {from}");
        committed(&*store, &what, vec![step(&lane, epoch, from, to)], vec![]).await?;
    }
    let two = vec![step(&lane, epoch, 9, 10), step(&lane, epoch, 10, 12)];
    committed(&*store, "two moves of one lane in turn", two, vec![]).await?;
    same("the checkpoint", found(&*store, &lane).await?.checkpoint, 12)
}

pub(super) async fn an_earlier_owner_moves_nothing(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let first = owned(&*store, claim(&lane, owner())).await?;
    let second = owned(&*store, Claim { now: at(11), until: at(20), ..claim(&lane, owner()) }).await?;
    for (whose, epoch) in [("an earlier epoch", first), ("an epoch that there is not yet", second + 1)] {
        refused(&*store, &format!("a move with {whose}"), vec![step(&lane, epoch, 0, 1)], vec![]).await?;
    }
    committed(&*store, "a move with the owner's epoch", vec![step(&lane, second, 0, 1)], vec![]).await
}

pub(super) async fn a_move_from_another_checkpoint_is_refused(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let epoch = owned(&*store, Claim { begin_at: 5, ..claim(&lane, owner()) }).await?;
    for from in [0, 4, 6] {
        refused(&*store, &format!("a move from {from} at 5"), vec![step(&lane, epoch, from, 7)], vec![]).await?;
    }
    same("the checkpoint", found(&*store, &lane).await?.checkpoint, 5)
}

pub(super) async fn a_move_backwards_is_refused(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let epoch = owned(&*store, Claim { begin_at: 5, ..claim(&lane, owner()) }).await?;
    refused(&*store, "a move from 5 to 4", vec![step(&lane, epoch, 5, 4)], vec![]).await?;
    same("the checkpoint", found(&*store, &lane).await?.checkpoint, 5)
}

pub(super) async fn a_lane_that_nobody_claimed_does_not_move(store: Arc<dyn Store>) -> Outcome {
    for epoch in [0, 1] {
        refused(&*store, "a move of a lane without owner", vec![step(&lane("h"), epoch, 0, 1)], vec![]).await?;
    }
    Ok(())
}

pub(super) async fn of_several_moves_all_or_none_are_stored(store: Arc<dyn Store>) -> Outcome {
    let (a, b) = (lane("a"), lane("b"));
    let of_a = owned(&*store, claim(&a, owner())).await?;
    let of_b = owned(&*store, claim(&b, owner())).await?;
    let moves = vec![step(&a, of_a, 0, 3), step(&b, of_b + 1, 0, 3)];
    refused(&*store, "two moves of which the second has another epoch", moves, vec![]).await?;
    let a_then = found(&*store, &a).await?;
    same("the checkpoint of the first", a_then.checkpoint, 0)?;
    let moves = vec![step(&a, a_then.epoch, 0, 3), step(&b, of_b, 0, 3)];
    committed(&*store, "two moves of two owners", moves, vec![]).await?;
    let both = (found(&*store, &a).await?.checkpoint, found(&*store, &b).await?.checkpoint);
    same("the checkpoints of both", both, (3, 3))
}

pub(super) async fn exceptions_are_kept_by_position(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    let [second, ninth, fifth] = [
        exception(2, ExceptionState::Retry(at(3))),
        exception(9, ExceptionState::Dead),
        exception(5, ExceptionState::Behind),
    ];
    let put = [&ninth, &second, &fifth].map(|one| ExceptionChange::Put(one.clone())).to_vec();
    let moved = Move { exceptions: put, ..step(&lane, epoch, 0, 9) };
    committed(&*store, "a move with three exceptions", vec![moved], vec![]).await?;
    let worse = Exception { attempts: 3, state: ExceptionState::Dead, error: "still none".to_owned(), ..second };
    let replaced = vec![ExceptionChange::Put(worse.clone())];
    let moved = Move { exceptions: replaced, ..step(&lane, epoch, 9, 9) };
    committed(&*store, "a move that replaces an exception", vec![moved], vec![]).await?;
    same("the exceptions by position", found(&*store, &lane).await?.exceptions, [worse, fifth, ninth])
}

pub(super) async fn an_exception_is_removed_exactly_once(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    let put = vec![ExceptionChange::Put(exception(2, ExceptionState::Behind))];
    let moved = Move { exceptions: put, ..step(&lane, epoch, 0, 2) };
    committed(&*store, "a move with an exception", vec![moved], vec![]).await?;
    let remove = Move { exceptions: vec![ExceptionChange::Remove(2)], ..step(&lane, epoch, 2, 2) };
    committed(&*store, "the removal of an exception", vec![remove.clone()], vec![]).await?;
    refused(&*store, "the same removal again", vec![remove], vec![]).await?;
    let both = vec![ExceptionChange::Put(exception(3, ExceptionState::Dead)), ExceptionChange::Remove(3)];
    let moved = Move { exceptions: both, ..step(&lane, epoch, 2, 3) };
    committed(&*store, "an exception and its removal in turn", vec![moved], vec![]).await?;
    let left = found(&*store, &lane).await?;
    same("checkpoint and exceptions", (left.checkpoint, left.exceptions), (3, vec![]))
}

pub(super) async fn a_refused_commit_changes_no_exception(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    let dead = exception(2, ExceptionState::Dead);
    let put = vec![ExceptionChange::Put(dead.clone())];
    let moved = Move { exceptions: put, ..step(&lane, epoch, 0, 2) };
    committed(&*store, "a move with an exception", vec![moved], vec![]).await?;
    let changes = vec![
        ExceptionChange::Remove(2),
        ExceptionChange::Put(exception(1, ExceptionState::Behind)),
        ExceptionChange::Remove(7),
    ];
    let moved = Move { exceptions: changes, ..step(&lane, epoch, 2, 8) };
    refused(&*store, "changes of which the last removes what is not there", vec![moved], vec![]).await?;
    let left = found(&*store, &lane).await?;
    same("checkpoint and exceptions", (left.checkpoint, left.exceptions), (2, vec![dead]))
}

pub(super) async fn the_event_at_the_checkpoint_is_kept(store: Arc<dyn Store>) -> Outcome {
    let lane = lane("h");
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    let event = EventId::from_uuid(Uuid::now_v7());
    let moved = Move { event: Some(event), ..step(&lane, epoch, 0, 1) };
    committed(&*store, "a move with its event", vec![moved], vec![]).await?;
    committed(&*store, "a move without", vec![step(&lane, epoch, 1, 2)], vec![]).await?;
    same("the last event that a move had", found(&*store, &lane).await?.event, Some(event))
}
