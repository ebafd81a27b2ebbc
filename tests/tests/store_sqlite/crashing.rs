//! Killed at any instant: what was acknowledged is there, and nothing is there by halves.

use crate::{
    Running, STORE, childs_store,
    store_common::{Outcome, accepted, append, event, one, stored, stream, with_receipt},
};
use jangle::{
    CommandId, StoreError,
    store::{Answer, EventStore, SqliteStore},
};
use std::{
    collections::HashMap,
    io::{Write, stdout},
    path::Path,
    process::Command,
};

const CHILD: &str = "crashing::the_child_that_appends_until_it_is_killed";
const STREAMS: u64 = 4;

/// Not a test: appends without end, over two streams each time, and says what was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_child_that_appends_until_it_is_killed() -> Outcome {
    let Some(path) = childs_store() else { return Ok(()) };
    let store = SqliteStore::open(path).await?;
    let mut appending = tokio::task::JoinSet::new();
    for nth in 0..STREAMS {
        let store = store.clone();
        appending.spawn(async move {
            let (own, log) = (stream(&format!("own {nth}")), stream(&format!("log {nth}")));
            let mut version = store.read_stream(own.clone(), 0, usize::MAX).await?.len() as u64;
            loop {
                let id = CommandId::new();
                let events = vec![event(&own, "1"), event(&log, "2")];
                version = stored(&store, with_receipt(id, accepted("1"), append(&own, version, events))).await?.version;
                // One write, so that lines of several tasks do not mix.
                stdout().lock().write_all(format!("\nacknowledged {id}\n").as_bytes())?;
            }
        });
    }
    match appending.join_next().await {
        Some(ended) => ended?,
        None => Ok(()),
    }
}

/// What a reader finds: acknowledged commands whole, streams without holes, events and receipts together.
async fn audit(path: &Path, acknowledged: &[CommandId]) -> Outcome {
    let store = SqliteStore::open(path).await?;
    for id in acknowledged {
        let receipt = store.receipt(*id).await?.ok_or_else(|| format!("{id} was acknowledged and is lost"))?;
        let Answer::Accepted { stored, .. } = receipt.outcome else { return Err("it was refused".into()) };
        assert_eq!(store.read_at(stored.events).await?.len(), 2, "{id} is there by half");
    }
    let mut versions: HashMap<_, u64> = HashMap::new();
    let mut last = 0;
    for event in store.read_all(0, usize::MAX).await? {
        let version = versions.entry(event.stream).or_default();
        assert_eq!(event.version, *version + 1);
        *version += 1;
        assert!(event.position > last);
        last = event.position;
    }
    for nth in 0..STREAMS {
        let of = |name: &str| versions.get(&stream(&format!("{name} {nth}"))).copied().unwrap_or(0);
        assert_eq!(of("own"), of("log"), "an append is there by half");
    }
    stored(&store, one(&stream("after the crash"), versions.get(&stream("after the crash")).copied().unwrap_or(0)))
        .await?;
    store.close().await?;
    let events = rusqlite::Connection::open(path)?;
    let receipts: u64 =
        events.query_row("SELECT 2 * count(*) FROM jangle_receipts", [], |row| row.get(0)).map(i64::cast_unsigned)?;
    let of_commands: u64 = events
        .query_row("SELECT count(*) FROM jangle_events WHERE aggregate_id NOT LIKE 'after%'", [], |row| row.get(0))
        .map(i64::cast_unsigned)?;
    assert_eq!(receipts, of_commands);
    Ok(())
}

#[tokio::test]
async fn what_was_acknowledged_outlives_kill_9() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let mut acknowledged: Vec<CommandId> = Vec::new();
    for round in 0..25 {
        let mut child = Running::start(CHILD, &path)?;
        // From before the first answer to after many, also while the file is made.
        for _ in 0..round * 3 {
            let id = child.next("acknowledged ")?.ok_or("the child ended by itself")?;
            acknowledged.push(id.parse()?);
        }
        for id in child.kill("acknowledged ")? {
            // The last line may be cut off.
            acknowledged.extend(id.parse::<CommandId>().ok());
        }
        audit(&path, &acknowledged).await?;
    }
    assert!(acknowledged.len() >= 900, "{}", acknowledged.len());
    Ok(())
}

const FAILING: &str = "crashing::the_child_whose_disk_fails";

/// Not a test: its files may not grow beyond a size, so that in the end the disk fails.
#[tokio::test]
async fn the_child_whose_disk_fails() -> Outcome {
    let Some(path) = childs_store() else { return Ok(()) };
    let store = SqliteStore::open(path).await?;
    let (a, payload) = (stream("a"), format!("\"{}\"", "x".repeat(3_000)));
    let mut version = 0;
    let mut failures = 0;
    while failures < 3 {
        match store.append(vec![append(&a, version, vec![event(&a, &payload)])]).await {
            Ok(_) if failures > 0 => return Err("the disk recovered by itself".into()),
            Ok(_) => version += 1,
            Err(StoreError::Unknown { .. }) => failures += 1,
            Err(other) => return Err(other.into()),
        }
        // What was not acknowledged is not seen, and what was is.
        assert_eq!(store.head().await?, version);
    }
    assert_eq!(store.stats().reconnects, 2, "no connection is used again after the disk failed under it");
    println!("\nstored {version}");
    Ok(())
}

#[tokio::test]
async fn a_failing_disk_is_said_and_loses_nothing_that_was_acknowledged() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    SqliteStore::open(&path).await?.close().await?;
    // A write beyond the limit fails with EFBIG, where its signal is ignored.
    let ended = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 600; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe()?)
        .args([FAILING, "--exact", "--nocapture"])
        .env(STORE, &path)
        .output()?;
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(ended.status.success(), "{said}{}", String::from_utf8_lossy(&ended.stderr));
    let stored_before: u64 =
        said.lines().find_map(|line| line.strip_prefix("stored ")).ok_or("the child said nothing")?.parse()?;
    assert!(stored_before > 10, "{stored_before}");
    let store = SqliteStore::open(&path).await?;
    let head = store.head().await?;
    assert!(head == stored_before || head == stored_before + 1, "{head} {stored_before}: one was doubtful");
    stored(&store, one(&stream("a"), head)).await?;
    Ok(())
}
