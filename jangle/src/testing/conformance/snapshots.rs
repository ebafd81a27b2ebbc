//! Snapshots.

use super::{
    kit::stream,
    violation::{Outcome, same},
};
use crate::{
    EventId,
    store::{Snapshot, Store},
};
use std::sync::Arc;
use uuid::Uuid;

fn snapshot(version: u64, code: u128, state: &[u8]) -> Snapshot {
    let event = EventId::from_uuid(Uuid::from_u128(version.into()));
    Snapshot { version, event, fingerprint: Uuid::from_u128(code), state: state.to_vec() }
}

pub(super) async fn a_snapshot_is_loaded_as_it_was_saved(store: Arc<dyn Store>) -> Outcome {
    let saved = snapshot(3, 1, &[0, 255, 7]);
    store.save(stream("a"), saved.clone()).await?;
    same("the snapshot", store.load(stream("a")).await?, Some(saved))?;
    same("the snapshot of another stream", store.load(stream("b")).await?, None)
}

pub(super) async fn an_older_snapshot_of_the_same_code_does_not_replace_a_newer_one(store: Arc<dyn Store>) -> Outcome {
    store.save(stream("a"), snapshot(5, 1, b"five")).await?;
    store.save(stream("a"), snapshot(4, 1, b"four")).await?;
    store.save(stream("a"), snapshot(5, 1, b"again")).await?;
    same(
        "the snapshot after an older and an equal one",
        store.load(stream("a")).await?,
        Some(snapshot(5, 1, b"five")),
    )?;
    store.save(stream("a"), snapshot(6, 1, b"six")).await?;
    same("the snapshot after a newer one", store.load(stream("a")).await?, Some(snapshot(6, 1, b"six")))
}

pub(super) async fn a_snapshot_of_other_code_replaces_any(store: Arc<dyn Store>) -> Outcome {
    store.save(stream("a"), snapshot(5, 1, b"old")).await?;
    store.save(stream("a"), snapshot(2, 2, b"new")).await?;
    same("the snapshot after one of other code", store.load(stream("a")).await?, Some(snapshot(2, 2, b"new")))
}

pub(super) async fn a_discarded_snapshot_is_gone(store: Arc<dyn Store>) -> Outcome {
    store.save(stream("a"), snapshot(5, 1, b"five")).await?;
    store.save(stream("b"), snapshot(5, 1, b"kept")).await?;
    store.discard(stream("a")).await?;
    store.discard(stream("none")).await?;
    same("the discarded snapshot", store.load(stream("a")).await?, None)?;
    same("the snapshot of another stream", store.load(stream("b")).await?, Some(snapshot(5, 1, b"kept")))?;
    store.save(stream("a"), snapshot(1, 1, b"one")).await?;
    same("an older snapshot after that", store.load(stream("a")).await?, Some(snapshot(1, 1, b"one")))
}
