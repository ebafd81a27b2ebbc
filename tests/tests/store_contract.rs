//! What every store does, on each store.

mod store_common;

use jangle::{
    SqliteStore, StoreError,
    store::{EventStore, MemoryStore, RowChange, ScanRange, Store, StreamId, ViewSchema, partition_of},
    testing::{Durable, store_conformance},
    view::{KeyInfo, Value},
};
use jangle_tests::stores::Disk;
use std::collections::BTreeMap;
use store_common::{Outcome, append, event, stored, stream};

/// Memory is there for the next application, as a file is.
struct Kept(MemoryStore);

impl Durable for Kept {
    type Store = MemoryStore;

    async fn open(&self) -> Result<MemoryStore, StoreError> {
        Ok(self.0.clone())
    }
}

store_conformance!(mod memory, durable, || async { Kept(MemoryStore::new()) });
store_conformance!(mod sqlite, durable, || async { Disk::new() });
store_conformance!(mod sqlite_in_memory, || async { SqliteStore::in_memory().await.expect("it opens") });

#[tokio::test]
async fn texts_of_these_stores_may_contain_nul() -> Outcome {
    nul_is_kept(&MemoryStore::new()).await?;
    let folder = Disk::new();
    let store = folder.open().await;
    nul_is_kept(&store).await?;
    Ok(store.close().await?)
}

async fn nul_is_kept(store: &impl Store) -> Outcome {
    let odd = StreamId::new("a\0b", "a\0b");
    stored(store, append(&odd, 0, vec![event(&odd, "a\0b")])).await?;
    let events = store.read_stream(odd.clone(), 0, 10).await?;
    assert_eq!(events.iter().map(|event| (&event.stream, &*event.payload)).collect::<Vec<_>>(), [(&odd, "a\0b")]);

    const NAMES: ViewSchema =
        ViewSchema { view: "names", key: &[KeyInfo::of::<String>("name")], columns: &[], filling: uuid::Uuid::nil() };
    let generations = store.prepare(vec![NAMES]).await?;
    let keys = ["a", "a\0", "a\0b", "aa"].map(|key| vec![Value::Text(key.to_owned())]);
    let rows = keys.iter().rev().map(|key| RowChange { view: "names", key: key.clone(), columns: vec![] });
    let rows = rows.map(|row| (generations[0], row)).collect();
    store.commit(jangle::store::LaneCommit { moves: vec![], rows }).await?;
    assert_eq!(store.scan("names", ScanRange::default()).await?, keys);
    Ok(())
}

#[test]
fn streams_are_spread_over_all_partitions() {
    let of = |ids: std::ops::Range<u32>, named: fn(u32) -> String| {
        let mut partitions: BTreeMap<u8, usize> = BTreeMap::new();
        for id in ids {
            *partitions.entry(partition_of(&stream(&named(id)))).or_default() += 1;
        }
        (partitions.len(), partitions.values().copied().max().unwrap_or(0))
    };
    let (used, most) = of(1..100, |id| id.to_string());
    assert!(used >= 45 && most <= 6, "{used} {most}");
    for named in [|id: u32| id.to_string(), |id| format!("acc-{id:06}"), |id| format!("{id}@example.org")] {
        let (used, most) = of(0..6_400, named);
        assert!(used == 64 && most <= 150, "{used} {most}");
    }
}
