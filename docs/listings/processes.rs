//! Several processes on one file. Here they are two applications with a store each, which share nothing but the file.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

// ANCHOR: imports
use jangle::{Token, prelude::*};
use std::{path::Path, time::Duration};
// ANCHOR_END: imports

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Count {
    #[aggregate_id]
    gate: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "gates.counted")]
struct Counted;

#[derive(Debug, Default)]
struct Gate {
    visitors: u32,
}

#[aggregate]
impl Gate {
    #[validate_command]
    fn count(&self, _: Count) -> (Counted, Reply<u32>) {
        (Counted, Reply(self.visitors + 1))
    }

    #[reconstitute]
    fn counted(&mut self, _: &Counted) {
        self.visitors += 1;
    }
}

#[derive(Debug, View)]
#[allow(dead_code, reason = "its key is never read here")]
struct Visitors {
    #[key]
    gate: String,
    #[merge(count)]
    people: u64,
}

#[event_handler]
async fn count_visitors(
    event: Recorded<Counted>,
    visitors: Merge<Visitors>,
) -> Result<(), HandlerError> {
    visitors.merge(Visitors::at(event.aggregate_id()).people()).await?;
    Ok(())
}

#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = u64)]
struct VisitorsAt {
    gate: String,
}

#[query_handler]
async fn visitors_at(
    query: VisitorsAt,
    visitors: View<Visitors>,
) -> Result<u64, QueryError> {
    Ok(visitors.get(&query.gate).await?.map_or(0, |row| row.people))
}

// ANCHOR: process
/// What each process does: the same file, the same program.
async fn process(file: &Path) -> Result<Jangle, Box<dyn std::error::Error>> {
    let store = SqliteStore::open(file).await?;
    let builder = Jangle::builder().store(store).lease(Duration::from_secs(2));
    Ok(builder.lanes(4).start().await?)
}
// ANCHOR_END: process

fn count() -> Count {
    Count { gate: "east".into() }
}

fn visitors() -> VisitorsAt {
    VisitorsAt { gate: "east".into() }
}

#[tokio::test]
async fn two_processes_share_one_history() -> Result<(), Box<dyn std::error::Error>> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("gates.db");
    // ANCHOR: together
    let (one, other) = (process(&file).await?, process(&file).await?);
    assert_eq!(one.send(count()).await?.reply, 1);
    assert_eq!(other.send(count()).await?.reply, 2); // it saw what the other had stored
    assert_eq!(one.send(count()).await?.reply, 3);
    // ANCHOR_END: together
    // ANCHOR: across
    // Whichever process has the handler: each sees how far it is.
    let receipt = other.send(count()).await?;
    assert_eq!(other.query(visitors()).after(&receipt).await?, 4);

    let token: Token = receipt.token().to_string().parse()?; // from one to the other
    assert_eq!(one.query(visitors()).after(&token).await?, 4);
    // ANCHOR_END: across
    // ANCHOR: taken_over
    one.shutdown().await?; // gives its leases back

    let receipt = other.send(count()).await?;
    assert_eq!(other.query(visitors()).after(&receipt).await?, 5);
    // ANCHOR_END: taken_over
    other.shutdown().await?;
    Ok(())
}

#[tokio::test]
async fn an_id_takes_effect_once_over_all_processes()
-> Result<(), Box<dyn std::error::Error>> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("gates.db");
    let (one, other) = (process(&file).await?, process(&file).await?);
    // ANCHOR: id
    let id = CommandId::derived("turnstile", "tick 2217");
    assert_eq!(one.send(count()).id(id).await?.reply, 1);
    assert_eq!(other.send(count()).id(id).await?.reply, 1);
    // ANCHOR_END: id
    // ANCHOR: settle
    other.settle(Duration::from_secs(30)).await?; // also what the other one handles
    assert_eq!(one.query(visitors()).await?, 1);
    // ANCHOR_END: settle
    one.shutdown().await?;
    other.shutdown().await?;
    Ok(())
}
