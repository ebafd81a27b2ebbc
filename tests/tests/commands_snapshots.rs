//! When snapshots are taken, and what is read because of them: SN1 to SN12, and CH10.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    prelude::*,
    store::{
        Append, AppendResult, BoxFuture, EventStore, Snapshot, SnapshotStore, StoreError, StoredEvent, StoredReceipt,
        StreamId,
    },
};
use jangle_tests::{on_every_store, stores::Reopen};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// Tags an item, and others with it.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Tag {
    #[aggregate_id]
    item: String,
    tags: Vec<u32>,
    also: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "snapshots.tagged")]
struct Tagged(u32);

/// Takes the tag away again.
#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "snapshots.cleared")]
struct Cleared;

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Clear {
    #[aggregate_id]
    item: String,
}

/// Its state is written as an empty list where it has no tags.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Item(BTreeSet<u32>);

#[aggregate(name = "item", snapshot_every = 2)]
impl Item {
    /// Replies how many tags there were.
    #[validate_command]
    fn tag(&self, command: Tag) -> (Vec<Tagged>, Vec<On<Item, Tagged>>, Reply<usize>) {
        let also = command.also.into_iter().map(|item| On::new(item, Tagged(0))).collect();
        (command.tags.into_iter().map(Tagged).collect(), also, Reply(self.0.len()))
    }

    #[validate_command]
    fn clear(&self, _command: Clear) -> (Cleared, Reply<usize>) {
        (Cleared, Reply(self.0.len()))
    }

    #[reconstitute]
    fn tagged(&mut self, event: &Tagged) {
        self.0.insert(event.0);
    }

    #[reconstitute]
    fn cleared(&mut self, _event: &Cleared) {
        self.0.clear();
    }
}

/// Never snapshotted.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Plain;

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Poke {
    #[aggregate_id]
    plain: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "snapshots.poked")]
struct Poked;

#[aggregate(name = "plain", snapshot_every = 0)]
impl Plain {
    #[validate_command]
    fn poke(&self, _command: Poke) -> Poked {
        Poked
    }

    #[reconstitute]
    fn poked(&mut self, _event: &Poked) {}
}

/// What was asked of the stores.
#[derive(Clone, Default)]
struct Log {
    /// The versions of the snapshots that were saved, with whose they are.
    saved: Arc<Mutex<Vec<(String, u64)>>>,
    /// How many events each read of a stream gave.
    read: Arc<Mutex<Vec<usize>>>,
    is_failing: Arc<AtomicBool>,
}

impl Log {
    fn saved(&self) -> Vec<(String, u64)> {
        self.saved.lock().unwrap().clone()
    }

    /// Waits, without a clock, until so many snapshots were saved.
    async fn until_saved(&self, snapshots: usize) {
        while self.saved.lock().unwrap().len() < snapshots {
            tokio::task::yield_now().await;
        }
    }
}

/// Snapshots and events in `inner`, written down in the log.
#[derive(Clone)]
struct Logged<S> {
    inner: S,
    log: Log,
}

impl<S: SnapshotStore> SnapshotStore for Logged<S> {
    fn save(&self, stream: StreamId, snapshot: Snapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            if self.log.is_failing.load(Ordering::SeqCst) {
                return Err(StoreError::ReadOnly { reason: "test".into() });
            }
            let saved = (stream.aggregate_id().to_owned(), snapshot.version);
            self.inner.save(stream, snapshot).await?;
            self.log.saved.lock().unwrap().push(saved);
            Ok(())
        })
    }

    fn load(&self, stream: StreamId) -> BoxFuture<'_, Result<Option<Snapshot>, StoreError>> {
        match self.log.is_failing.load(Ordering::SeqCst) {
            true => Box::pin(async { Err(StoreError::ReadOnly { reason: "test".into() }) }),
            false => self.inner.load(stream),
        }
    }

    fn discard(&self, stream: StreamId) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.discard(stream)
    }
}

impl<S: EventStore> EventStore for Logged<S> {
    fn append(&self, batch: Vec<Append>) -> BoxFuture<'_, Result<Vec<AppendResult>, StoreError>> {
        self.inner.append(batch)
    }

    fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        Box::pin(async move {
            let events = self.inner.read_stream(stream, after, limit).await?;
            self.log.read.lock().unwrap().push(events.len());
            Ok(events)
        })
    }

    fn read_all(&self, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        self.inner.read_all(after, limit)
    }

    fn read_at(&self, positions: Vec<u64>) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>> {
        self.inner.read_at(positions)
    }

    fn head(&self) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.inner.head()
    }

    fn aggregate_types(&self) -> BoxFuture<'_, Result<Vec<Arc<str>>, StoreError>> {
        self.inner.aggregate_types()
    }

    fn receipt(&self, id: CommandId) -> BoxFuture<'_, Result<Option<StoredReceipt>, StoreError>> {
        self.inner.receipt(id)
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.close()
    }
}

async fn start(stores: &impl Reopen, log: &Log) -> Jangle {
    let store = stores.open().await;
    let logged = Logged { inner: store.clone(), log: log.clone() };
    let builder = Jangle::builder().store(store).snapshot_store(logged.clone()).event_store(logged);
    builder.only("commands_snapshots").start().await.unwrap()
}

fn tag(item: &str, tags: &[u32]) -> Tag {
    Tag { item: item.into(), tags: tags.to_vec(), also: vec![] }
}

/// A shutdown waits for the snapshots that are being saved.
async fn saved_by<F: Future<Output = ()>>(stores: &impl Reopen, run: impl FnOnce(Jangle) -> F) -> Vec<(String, u64)> {
    let log = Log::default();
    let app = start(stores, &log).await;
    run(app.clone()).await;
    app.shutdown().await.unwrap();
    let mut saved = log.saved();
    saved.sort_unstable();
    saved
}

fn of_a(versions: &[u64]) -> Vec<(String, u64)> {
    versions.iter().map(|version| ("a".to_owned(), *version)).collect()
}

async fn sn1_a_frequency_of_zero_takes_no_snapshots(stores: impl Reopen) {
    let saved = saved_by(&stores, async |app: Jangle| {
        for _ in 0..5 {
            app.send(Poke { plain: "p".into() }).await.unwrap();
        }
    });
    assert_eq!(saved.await, []);
}

async fn sn2_sn3_five_commands_at_a_frequency_of_two_save_two_and_one_is_kept(stores: impl Reopen) {
    let saved = saved_by(&stores, async |app: Jangle| {
        for n in 1..=5 {
            assert_eq!(app.send(tag("a", &[n])).await.unwrap().version, u64::from(n));
        }
    });
    assert_eq!(saved.await, of_a(&[2, 4]));
    let kept = stores.open().await.load(StreamId::new("item", "a")).await.unwrap().unwrap();
    assert_eq!((kept.version, &kept.state[..]), (4, &[0x94, 1, 2, 3, 4][..]), "with the event that was due");
}

async fn sn4_a_hundred_commands_never_load_more_than_two_events_each(stores: impl Reopen) {
    let log = Log::default();
    let store = stores.open().await;
    let logged = Logged { inner: store.clone(), log: log.clone() };
    let builder = Jangle::builder().store(store).snapshot_store(logged.clone()).event_store(logged);
    // With room for one, each command to the one item drives the other out of the cache.
    let app = builder.only("commands_snapshots").cached_aggregates(1).start().await.unwrap();
    for n in 0..100 {
        for item in ["a", "b"] {
            assert_eq!(app.send(tag(item, &[n])).await.unwrap().reply, n as usize);
        }
        log.until_saved((n as usize).div_ceil(2) * 2).await;
    }
    let read = log.read.lock().unwrap().clone();
    assert!(read.len() >= 200 && read.iter().all(|events| *events <= 2), "{read:?}");
}

async fn sn5_a_command_that_steps_over_the_multiple_is_followed_by_a_snapshot(stores: impl Reopen) {
    let saved = saved_by(&stores, async |app: Jangle| {
        app.send(tag("a", &[1])).await.unwrap();
        app.send(tag("a", &[2, 3])).await.unwrap();
        app.send(tag("a", &[4, 5, 6, 7])).await.unwrap();
    });
    assert_eq!(saved.await, of_a(&[3, 7]));
}

async fn sn6_events_for_other_aggregates_do_not_count(stores: impl Reopen) {
    let saved = saved_by(&stores, async |app: Jangle| {
        let also = vec!["b".to_owned(), "c".to_owned(), "d".to_owned()];
        app.send(Tag { also, ..tag("a", &[1]) }).await.unwrap();
    });
    assert_eq!(saved.await, []);
}

async fn sn9_a_snapshot_of_an_empty_state_is_there(stores: impl Reopen) {
    let log = Log::default();
    let app = start(&stores, &log).await;
    app.send(tag("a", &[1, 2, 3])).await.unwrap();
    app.send(Clear { item: "a".into() }).await.unwrap();
    log.until_saved(2).await;
    app.shutdown().await.unwrap();
    let kept = stores.open().await.load(StreamId::new("item", "a")).await.unwrap().unwrap();
    assert_eq!((kept.version, &kept.state[..]), (4, &[0x90][..]), "an empty list");
    log.read.lock().unwrap().clear();
    let app = start(&stores, &log).await;
    assert_eq!(app.send(tag("a", &[9])).await.unwrap().reply, 0);
    assert_eq!(*log.read.lock().unwrap(), [1], "only the event that the snapshot stands at is read");
}

async fn sn10_an_older_snapshot_that_comes_later_does_not_replace_a_newer_one(stores: impl Reopen) {
    saved_by(&stores, async |app: Jangle| {
        for n in 1..=4 {
            app.send(tag("a", &[n])).await.unwrap();
        }
    })
    .await;
    let (store, stream) = (stores.open().await, StreamId::new("item", "a"));
    let kept = store.load(stream.clone()).await.unwrap().unwrap();
    let same = Snapshot { state: vec![0x90], ..kept.clone() };
    let older = Snapshot { version: kept.version - 2, ..same.clone() };
    for late in [older, same] {
        store.save(stream.clone(), late).await.unwrap();
        assert_eq!(store.load(stream.clone()).await.unwrap().as_ref(), Some(&kept));
    }
}

async fn sn11_what_has_no_snapshot_has_none_and_discarding_it_is_no_error(stores: impl Reopen) {
    let (store, stream) = (stores.open().await, StreamId::new("item", "nobody"));
    for _ in 0..2 {
        assert_eq!(store.load(stream.clone()).await.unwrap(), None);
        store.discard(stream.clone()).await.unwrap();
    }
}

async fn ch10_a_snapshot_that_cannot_be_saved_or_read_does_not_fail_the_command(stores: impl Reopen) {
    let log = Log::default();
    log.is_failing.store(true, Ordering::SeqCst);
    let app = start(&stores, &log).await;
    for n in 1..=4 {
        assert_eq!(app.send(tag("a", &[n])).await.unwrap().version, u64::from(n));
    }
    app.shutdown().await.unwrap();
    let app = start(&stores, &log).await;
    assert_eq!(app.send(tag("a", &[5])).await.unwrap().reply, 4);
    assert_eq!(log.saved(), []);
}

async fn sn12_a_snapshot_is_read_as_it_was_written(stores: impl Reopen) {
    saved_by(&stores, async |app: Jangle| {
        app.send(tag("a", &[7, 1_000_000])).await.unwrap();
    })
    .await;
    let log = Log::default();
    assert_eq!(start(&stores, &log).await.send(tag("a", &[])).await.unwrap().reply, 2);
    assert_eq!(*log.read.lock().unwrap(), [1], "the snapshot was used");
}

on_every_store!(
    sn1_a_frequency_of_zero_takes_no_snapshots,
    sn2_sn3_five_commands_at_a_frequency_of_two_save_two_and_one_is_kept,
    sn4_a_hundred_commands_never_load_more_than_two_events_each,
    sn5_a_command_that_steps_over_the_multiple_is_followed_by_a_snapshot,
    sn6_events_for_other_aggregates_do_not_count,
    sn9_a_snapshot_of_an_empty_state_is_there,
    sn10_an_older_snapshot_that_comes_later_does_not_replace_a_newer_one,
    sn11_what_has_no_snapshot_has_none_and_discarding_it_is_no_error,
    sn12_a_snapshot_is_read_as_it_was_written,
    ch10_a_snapshot_that_cannot_be_saved_or_read_does_not_fail_the_command,
);
