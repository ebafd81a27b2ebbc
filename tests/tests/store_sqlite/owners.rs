//! Leases of processes that live, and of those that do not.

use crate::{
    Running, childs_store,
    store_common::{NOW, Outcome, at, claim, lane, owned, owner},
};
use jangle::store::{Claim, Claimed, EventStore, SqliteStore, ViewStore};
use std::{fs, io::Read, path::Path};

const CHILD: &str = "owners::the_child_that_owns_a_lane";

/// Not a test: owns a lane, and lives until its input ends.
#[tokio::test]
async fn the_child_that_owns_a_lane() -> Outcome {
    let Some(path) = childs_store() else { return Ok(()) };
    let store = SqliteStore::open(path).await?;
    owned(&store, claim(&lane("h"), owner())).await?;
    println!("\nowned");
    std::io::stdin().read_to_end(&mut Vec::new())?;
    store.close().await?;
    println!("\nclosed");
    Ok(())
}

fn owning_child(path: &Path) -> Outcome<Running> {
    let mut child = Running::start(CHILD, path)?;
    child.next("owned")?.ok_or("the child did not own the lane")?;
    Ok(child)
}

fn files_beside(path: &Path) -> Outcome<usize> {
    let directory = path.parent().ok_or("there is no directory")?;
    let names = fs::read_dir(directory)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    Ok(names.collect::<Outcome<Vec<_>>>()?.iter().filter(|name| name.contains("-owner-")).count())
}

#[tokio::test]
async fn a_lease_of_a_living_process_is_respected_and_one_of_a_killed_is_taken_at_once() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let mut child = owning_child(&path)?;
    let store = SqliteStore::open(&path).await?;
    let own = owner();
    assert_eq!(store.claim(claim(&lane("h"), own)).await?, Claimed::Taken { until: at(10) });
    assert_eq!(files_beside(&path)?, 2);
    child.kill("closed")?;
    assert_eq!(owned(&store, claim(&lane("h"), own)).await?, 2, "the lease is not over, but its owner is");
    assert_eq!(files_beside(&path)?, 1, "the dead owner's file is removed");
    Ok(())
}

#[tokio::test]
async fn a_lease_of_a_process_that_closed_its_store_is_taken_at_once() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let mut child = owning_child(&path)?;
    let store = SqliteStore::open(&path).await?;
    drop(child.child.stdin.take());
    child.next("closed")?.ok_or("the child did not close its store")?;
    assert_eq!(files_beside(&path)?, 0);
    assert_eq!(owned(&store, claim(&lane("h"), owner())).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_lease_of_another_handle_of_this_process_is_respected() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let (first, second) = (SqliteStore::open(&path).await?, SqliteStore::open(&path).await?);
    owned(&first, claim(&lane("h"), owner())).await?;
    for store in [&first, &second] {
        assert_eq!(store.claim(claim(&lane("h"), owner())).await?, Claimed::Taken { until: at(10) });
    }
    let late = Claim { now: at(10), ..claim(&lane("h"), owner()) };
    assert_eq!(owned(&second, late).await?, 2, "a living owner has only its time");
    Ok(())
}

#[tokio::test]
async fn files_of_dead_owners_are_removed_when_the_store_is_opened_and_no_others() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let mut child = owning_child(&path)?;
    SqliteStore::open(&path).await?.close().await?;
    assert_eq!(files_beside(&path)?, 1, "the child lives");
    child.kill("closed")?;
    let mine = directory.path().join("store.db-owner-notes.txt");
    fs::write(&mine, "not yours")?;
    let store = SqliteStore::open(&path).await?;
    assert_eq!(files_beside(&path)?, 1);
    assert!(mine.exists());
    let claimed = store.claim(Claim { now: NOW, ..claim(&lane("h"), owner()) }).await?;
    assert!(matches!(claimed, Claimed::Owned { epoch: 2, .. }), "{claimed:?}");
    Ok(())
}
