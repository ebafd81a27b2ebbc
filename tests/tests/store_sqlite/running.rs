//! Group commit, full files, several handles, closing.

use crate::store_common::{Outcome, accepted, append, event, one, stored, stream, with_receipt};
use jangle::{
    CommandId, StoreError,
    store::{AppendResult, EventStore, SnapshotStore, SqliteStats, SqliteStore},
};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_appends_share_commits() -> Outcome {
    let directory = tempfile::tempdir()?;
    let store = SqliteStore::open(directory.path().join("store.db")).await?;
    let mut appends = tokio::task::JoinSet::new();
    for id in 0..64 {
        let store = store.clone();
        appends.spawn(async move { stored(&store, one(&stream(&id.to_string()), 0)).await });
    }
    while let Some(appended) = appends.join_next().await {
        appended??;
    }
    let stats = store.stats();
    assert_eq!((stats.appends, stats.batches), (64, 64));
    assert!(stats.commits < 32, "{stats:?}");
    assert_eq!(store.head().await?, 64);
    Ok(())
}

#[tokio::test]
async fn what_writes_nothing_commits_nothing() -> Outcome {
    let directory = tempfile::tempdir()?;
    let store = SqliteStore::open(directory.path().join("store.db")).await?;
    let a = stream("a");
    let id = CommandId::new();
    let first = with_receipt(id, accepted("1"), one(&a, 0));
    stored(&store, first.clone()).await?;
    let written = |stats: SqliteStats| (stats.commits, stats.derived);
    let before = written(store.stats());
    assert_eq!(before, (1, 0));
    stored(&store, append(&a, 1, vec![])).await?;
    store.append(vec![append(&a, 0, vec![])]).await?;
    store.append(vec![first]).await?;
    store.append(vec![one(&a, 7)]).await?;
    store.discard(a.clone()).await?;
    store.read_all(0, 10).await?;
    assert_eq!(written(store.stats()), before);
    Ok(())
}

#[tokio::test]
async fn a_confirmation_sees_what_another_handle_committed() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let (one_handle, other) = (SqliteStore::open(&path).await?, SqliteStore::open(&path).await?);
    let a = stream("a");
    for version in 0..5 {
        let (writer, reader) = if version % 2 == 0 { (&one_handle, &other) } else { (&other, &one_handle) };
        stored(writer, one(&a, version)).await?;
        assert_eq!(
            reader.append(vec![append(&a, version, vec![])]).await?,
            [AppendResult::Conflict { actual: version + 1 }]
        );
        assert_eq!(reader.head().await?, version + 1);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_handles_on_one_file_lose_nothing() -> Outcome {
    const EACH: u64 = 40;
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let store = SqliteStore::open(&path).await?;
        writers.spawn(async move {
            let a = stream("a");
            let (mut stored, mut version) = (0, 0);
            while stored < EACH {
                match store.append(vec![one(&a, version)]).await?.as_slice() {
                    [AppendResult::Appended(appended)] => (stored, version) = (stored + 1, appended.version),
                    [AppendResult::Conflict { actual }] => version = *actual,
                    other => return Err(format!("{other:?}").into()),
                }
            }
            store.close().await?;
            Outcome::Ok(())
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended??;
    }
    let store = SqliteStore::open(&path).await?;
    let versions: Vec<_> = store.read_stream(stream("a"), 0, 1000).await?.iter().map(|event| event.version).collect();
    assert_eq!(versions, (1..=3 * EACH).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn a_full_file_is_said_and_loses_nothing() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let store = SqliteStore::options().max_page_count(60).open(&path).await?;
    let a = stream("a");
    let payload = format!("\"{}\"", "x".repeat(10_000));
    let mut version = 0;
    let full = loop {
        match store.append(vec![append(&a, version, vec![event(&a, &payload)])]).await {
            Ok(_) if version > 1_000 => return Err("the file is larger than it may be".into()),
            Ok(_) => version += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(full, StoreError::Full { .. }), "{full:?}");
    assert!(!full.to_string().contains("xxx"));
    assert!(version > 2);
    assert_eq!(store.head().await?, version);
    assert_eq!(store.read_stream(a.clone(), 0, 1000).await?.len() as u64, version);
    store.close().await?;

    let store = SqliteStore::open(&path).await?;
    assert_eq!(store.head().await?, version);
    assert_eq!(stored(&store, append(&a, version, vec![event(&a, &payload)])).await?.position, version + 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_append_beside_one_that_does_not_fit_is_answered_truly() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let store = SqliteStore::options().max_page_count(60).open(&path).await?;
    let huge = format!("\"{}\"", "x".repeat(500_000));
    let mut appends = tokio::task::JoinSet::new();
    for id in 0..20 {
        let (store, id) = (store.clone(), stream(&id.to_string()));
        let payload = if id.aggregate_id() == "7" { huge.clone() } else { "1".to_owned() };
        appends.spawn(async move {
            let stored = stored(&store, append(&id, 0, vec![event(&id, &payload)])).await.is_ok();
            (id, stored)
        });
    }
    while let Some(ended) = appends.join_next().await {
        let (id, stored) = ended?;
        assert_eq!(store.read_stream(id.clone(), 0, 10).await?.len(), usize::from(stored), "{id}");
        assert!(!stored || id.aggregate_id() != "7");
    }
    Ok(())
}

#[tokio::test]
async fn a_locked_file_is_busy_and_then_works_again() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let store = SqliteStore::options().busy_timeout(std::time::Duration::from_millis(20)).open(&path).await?;
    let other = rusqlite::Connection::open(&path)?;
    other.execute_batch("BEGIN IMMEDIATE")?;
    let error = store.append(vec![one(&stream("a"), 0)]).await;
    assert!(matches!(error, Err(StoreError::Busy { .. })), "{error:?}");
    assert_eq!(store.read_all(0, 10).await?, [], "reading goes on");
    other.execute_batch("ROLLBACK")?;
    stored(&store, one(&stream("a"), 0)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_finishes_what_was_accepted_and_refuses_the_rest() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let store = Arc::new(SqliteStore::open(&path).await?);
    let mut appends = tokio::task::JoinSet::new();
    for id in 0..200 {
        let store = Arc::clone(&store);
        appends.spawn(async move { store.append(vec![one(&stream(&id.to_string()), 0)]).await });
    }
    tokio::task::yield_now().await;
    store.close().await?;
    let mut acknowledged = 0;
    while let Some(result) = appends.join_next().await {
        match result? {
            Ok(_) => acknowledged += 1,
            Err(error) => assert!(matches!(error, StoreError::Closed), "{error:?}"),
        }
    }
    assert!(matches!(store.append(vec![one(&stream("late"), 0)]).await, Err(StoreError::Closed)));
    assert!(matches!(store.head().await, Err(StoreError::Closed)));
    store.close().await?;
    assert_eq!(SqliteStore::open(&path).await?.head().await?, acknowledged);
    Ok(())
}

#[tokio::test]
async fn a_store_in_memory_is_closed_too() -> Outcome {
    let store = SqliteStore::in_memory().await?;
    stored(&store, one(&stream("a"), 0)).await?;
    store.close().await?;
    assert!(matches!(store.head().await, Err(StoreError::Closed)));
    Ok(())
}

#[tokio::test]
async fn what_another_program_broke_is_damage_and_its_content_is_not_told() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let store = SqliteStore::open(&path).await?;
    stored(&store, one(&stream("a"), 0)).await?;
    rusqlite::Connection::open(&path)?.execute("UPDATE jangle_events SET metadata = '\"secret\"'", [])?;
    let error = store.read_all(0, 10).await.err().ok_or("it was read")?;
    assert_eq!(error.to_string(), "the store is damaged: the metadata of the event at position 1 cannot be read");
    Ok(())
}
