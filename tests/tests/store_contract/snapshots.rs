//! Snapshots: law 12.

use crate::{
    on_every_store,
    store_common::{Outcome, stream},
};
use jangle::{
    EventId,
    store::{Snapshot, Store},
};
use std::sync::Arc;
use uuid::Uuid;

on_every_store! {
    a_snapshot_is_loaded_as_it_was_saved,
    an_older_snapshot_of_the_same_code_does_not_replace_a_newer_one,
    a_snapshot_of_other_code_replaces_any,
    a_discarded_snapshot_is_gone,
}

fn snapshot(version: u64, code: u128, state: &[u8]) -> Snapshot {
    let event = EventId::from_uuid(Uuid::from_u128(version.into()));
    Snapshot { version, event, fingerprint: Uuid::from_u128(code), state: state.to_vec() }
}

async fn a_snapshot_is_loaded_as_it_was_saved(store: Arc<dyn Store>) -> Outcome {
    let saved = snapshot(3, 1, &[0, 255, 7]);
    store.save(stream("a"), saved.clone()).await?;
    assert_eq!(store.load(stream("a")).await?, Some(saved));
    assert_eq!(store.load(stream("b")).await?, None);
    Ok(())
}

async fn an_older_snapshot_of_the_same_code_does_not_replace_a_newer_one(store: Arc<dyn Store>) -> Outcome {
    store.save(stream("a"), snapshot(5, 1, b"five")).await?;
    store.save(stream("a"), snapshot(4, 1, b"four")).await?;
    store.save(stream("a"), snapshot(5, 1, b"again")).await?;
    assert_eq!(store.load(stream("a")).await?, Some(snapshot(5, 1, b"five")));
    store.save(stream("a"), snapshot(6, 1, b"six")).await?;
    assert_eq!(store.load(stream("a")).await?, Some(snapshot(6, 1, b"six")));
    Ok(())
}

async fn a_snapshot_of_other_code_replaces_any(store: Arc<dyn Store>) -> Outcome {
    store.save(stream("a"), snapshot(5, 1, b"old")).await?;
    store.save(stream("a"), snapshot(2, 2, b"new")).await?;
    assert_eq!(store.load(stream("a")).await?, Some(snapshot(2, 2, b"new")));
    Ok(())
}

async fn a_discarded_snapshot_is_gone(store: Arc<dyn Store>) -> Outcome {
    store.save(stream("a"), snapshot(5, 1, b"five")).await?;
    store.save(stream("b"), snapshot(5, 1, b"kept")).await?;
    store.discard(stream("a")).await?;
    store.discard(stream("none")).await?;
    assert_eq!(store.load(stream("a")).await?, None);
    assert_eq!(store.load(stream("b")).await?, Some(snapshot(5, 1, b"kept")));
    Ok(())
}
