//! Law 12: a snapshot is a cache, which may be broken, outdated or foreign.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    MemoryStore,
    store::{Snapshot, SnapshotStore, StreamId},
};
use jangle_tests::{
    accounts::{deposit, start},
    on_every_store,
    stores::Reopen,
};

async fn law_12_a_broken_an_outdated_and_a_foreign_snapshot_are_rebuilt(stores: impl Reopen) {
    let stream = StreamId::new("account", "ann");
    let app = start(stores.open().await).await;
    for _ in 0..25 {
        app.send(deposit("ann", 1)).await.unwrap();
    }
    app.shutdown().await.unwrap();
    let store = stores.open().await;
    let good = store.load(stream.clone()).await.unwrap().expect("one was taken at version 10 and 20");
    assert_eq!(good.version, 20);
    let broken = Snapshot { state: b"nonsense".to_vec(), ..good.clone() };
    let mut other_state = good.state.clone();
    let at = other_state.iter().position(|byte| *byte == 20).unwrap();
    other_state[at] = 99;
    let outdated = Snapshot { fingerprint: Default::default(), state: other_state, ..good.clone() };
    let ahead = Snapshot { version: 1000, ..good.clone() };
    for (snapshot, balance) in [(broken, 26), (outdated, 27), (ahead, 28)] {
        let store = stores.open().await;
        store.discard(stream.clone()).await.unwrap();
        store.save(stream.clone(), snapshot).await.unwrap();
        let app = start(store.clone()).await;
        assert_eq!(app.send(deposit("ann", 1)).await.unwrap().reply, balance);
        app.shutdown().await.unwrap();
    }
}

async fn law_12_a_snapshot_of_another_history_is_rebuilt(stores: impl Reopen) {
    let stream = StreamId::new("account", "ann");
    let other = MemoryStore::new();
    let app = start(other.clone()).await;
    for _ in 0..10 {
        app.send(deposit("ann", 7)).await.unwrap();
    }
    app.shutdown().await.unwrap();
    let foreign = other.load(stream.clone()).await.unwrap().expect("one was taken at version 10");
    for (more, balance) in [(10, 11), (4, 16)] {
        let app = start(stores.open().await).await;
        for _ in 0..more {
            app.send(deposit("ann", 1)).await.unwrap();
        }
        app.shutdown().await.unwrap();
        let store = stores.open().await;
        store.discard(stream.clone()).await.unwrap();
        store.save(stream.clone(), foreign.clone()).await.unwrap();
        let app = start(store.clone()).await;
        assert_eq!(app.send(deposit("ann", 1)).await.unwrap().reply, balance);
        app.shutdown().await.unwrap();
        assert_ne!(stores.open().await.load(stream.clone()).await.unwrap(), Some(foreign.clone()), "it is discarded");
    }
}

async fn law_12_a_snapshot_is_trusted_where_it_fits(stores: impl Reopen) {
    let stream = StreamId::new("account", "ann");
    let app = start(stores.open().await).await;
    for _ in 0..10 {
        app.send(deposit("ann", 1)).await.unwrap();
    }
    app.shutdown().await.unwrap();
    let store = stores.open().await;
    let mut snapshot = store.load(stream.clone()).await.unwrap().unwrap();
    // A state that the events do not give shows whether it was used: the balance of 10 in MessagePack becomes 99.
    let at = snapshot.state.iter().position(|byte| *byte == 10).unwrap();
    snapshot.state[at] = 99;
    store.discard(stream.clone()).await.unwrap();
    store.save(stream.clone(), snapshot).await.unwrap();
    let app = start(store.clone()).await;
    assert_eq!(app.send(deposit("ann", 1)).await.unwrap().reply, 100);
}

on_every_store!(
    law_12_a_broken_an_outdated_and_a_foreign_snapshot_are_rebuilt,
    law_12_a_snapshot_of_another_history_is_rebuilt,
    law_12_a_snapshot_is_trusted_where_it_fits,
);
