//! What outlives a store that is closed and opened again.

use super::{
    kit::{
        accepted, all_events, append, at, claim, committed, event, found, kept, lane, one, owned, owner, refused, rise,
        step, stored, stream, with_receipt,
    },
    place::Place,
    views::{SMALL, prepared, small, total},
    violation::{Outcome, holds, same},
};
use crate::{
    CommandId,
    store::{AppendResult, Claim, LaneId, Store},
};
use std::sync::Arc;

async fn reopened(place: &dyn Place, store: Arc<dyn Store>) -> Outcome<Arc<dyn Store>> {
    store.close().await?;
    drop(store);
    place.open().await
}

pub(super) async fn acknowledged_events_outlive_the_store(place: Arc<dyn Place>) -> Outcome {
    let (a, b) = (stream("a"), stream("b"));
    let mut store = place.open().await?;
    for version in 0..3 {
        stored(&*store, append(&a, version, vec![event(&a), event(&b)])).await?;
        let before = all_events(&*store).await?;
        store = reopened(&*place, store).await?;
        same("all events after reopening", all_events(&*store).await?, before.as_slice())?;
    }
    Ok(store.close().await?)
}

pub(super) async fn positions_go_on_behind_those_of_the_closed_store(place: Arc<dyn Place>) -> Outcome {
    let a = stream("a");
    let mut store = place.open().await?;
    let mut places = Vec::new();
    for version in 0..3 {
        places.push(stored(&*store, one(&a, version)).await?.position);
        store = reopened(&*place, store).await?;
        same("the head after reopening", Some(store.head().await?), places.last().copied())?;
    }
    holds("positions before and after reopening", "each higher than the one before", &places, rise(&places))?;
    Ok(store.close().await?)
}

pub(super) async fn a_repeat_gets_the_first_answer_after_reopening(place: Arc<dyn Place>) -> Outcome {
    let (a, id) = (stream("a"), CommandId::new());
    let store = place.open().await?;
    stored(&*store, with_receipt(id, accepted("42"), one(&a, 0))).await?;
    let first = kept(&*store, id).await?;
    let store = reopened(&*place, store).await?;
    let again = store.append(vec![with_receipt(id, accepted("43"), one(&a, 1))]).await?;
    same("the answer to a repeat", again, [AppendResult::Repeated(first)])?;
    same("how many events are stored", all_events(&*store).await?.len(), 1)?;
    Ok(store.close().await?)
}

pub(super) async fn rows_and_progress_are_together_after_reopening(place: Arc<dyn Place>) -> Outcome {
    let store = place.open().await?;
    let generation = prepared(&*store, SMALL).await?;
    let lane = LaneId { generation, ..lane("h") };
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    let rows = vec![(generation, small("a", 5)?)];
    committed(&*store, "a commit of a row and a move", vec![step(&lane, epoch, 0, 3)], rows).await?;
    let store = reopened(&*place, store).await?;
    same("the generation after reopening", prepared(&*store, SMALL).await?, generation)?;
    let left = (total(&*store, "a").await?, found(&*store, &lane).await?.checkpoint);
    // Both follow from events, so a store may have lost them; but not one without the other.
    let is_whole = left == (Some(5), 3) || left == (None, 0);
    holds("row and checkpoint after reopening", "(Some(5), 3), or nothing of either", &left, is_whole)?;
    Ok(store.close().await?)
}

pub(super) async fn epochs_go_on_after_reopening(place: Arc<dyn Place>) -> Outcome {
    let store = place.open().await?;
    let first = owned(&*store, claim(&lane("h"), owner())).await?;
    let store = reopened(&*place, store).await?;
    let later = Claim { now: at(11), until: at(20), ..claim(&lane("h"), owner()) };
    let second = owned(&*store, later).await?;
    holds("epochs before and after reopening", "the later one is higher", &(first, second), second > first)?;
    refused(&*store, "a move of the owner before", vec![step(&lane("h"), first, 0, 1)], vec![]).await?;
    Ok(store.close().await?)
}
