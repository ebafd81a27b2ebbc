//! A view from all events: how many a second.

use crate::{
    Failure,
    model::account::Deposited,
    plain,
    workload::{ACCOUNTS, CENTS},
};
use jangle::{
    Metadata,
    event::EventId,
    prelude::*,
    store::{Append, EventStore, NewEvent, StreamId},
};
use rusqlite::{Connection, params};
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;
use uuid::Uuid;

/// How many events plain SQLite handles in one transaction.
const PAGE: i64 = 1000;

/// What a rebuild came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rebuilt {
    pub(crate) events: u64,
    pub(crate) seconds: f64,
}

impl Rebuilt {
    pub(crate) fn events_per_second(self) -> f64 {
        self.events as f64 / self.seconds
    }
}

/// Measures jangle's projection, from its start until the view has everything, or until `limit`.
pub(crate) fn jangle(file: &Path, events: u64, limit: Duration) -> Result<Rebuilt, Failure> {
    Runtime::new()?.block_on(async {
        fill(file, events).await?;
        let begun = Instant::now();
        let app = Jangle::builder().store(SqliteStore::open(file).await?).start().await?;
        let settled = app.settle(limit).await;
        let seconds = begun.elapsed().as_secs_f64();
        app.shutdown().await?;
        let in_view = count(&Connection::open(file)?, "SELECT coalesce(sum(payments), 0) FROM balances")?;
        match settled {
            Ok(()) if in_view != events => Err(format!("{in_view} of {events} events are in the view").into()),
            // What is not done within the limit does not count.
            _ => Ok(Rebuilt { events: in_view, seconds }),
        }
    })
}

/// Measures plain SQLite: one statement an event, one transaction a page, which also keeps how far it is.
pub(crate) fn plain(file: &Path, events: u64, limit: Duration) -> Result<Rebuilt, Failure> {
    Runtime::new()?.block_on(fill(file, events))?;
    let mut connection = plain::connect(file)?;
    connection.execute_batch(
        "CREATE TABLE plain_balances (account TEXT PRIMARY KEY, cents INTEGER NOT NULL, payments INTEGER NOT NULL)
             STRICT, WITHOUT ROWID;
         CREATE TABLE plain_progress (position INTEGER NOT NULL) STRICT;
         INSERT INTO plain_progress VALUES (0)",
    )?;
    let begun = Instant::now();
    let mut done = 0;
    while done < events && begun.elapsed() < limit {
        done += plain_page(&mut connection)?;
    }
    Ok(Rebuilt { events: done, seconds: begun.elapsed().as_secs_f64() })
}

/// Handles the next page, and answers how many events it has.
fn plain_page(connection: &mut Connection) -> Result<u64, Failure> {
    let transaction = connection.transaction()?;
    let mut handled = 0;
    {
        let after: i64 = transaction.query_row("SELECT position FROM plain_progress", [], |row| row.get(0))?;
        let mut read = transaction.prepare_cached(
            "SELECT aggregate_id, payload, position FROM jangle_events WHERE position > ?1 ORDER BY position LIMIT ?2",
        )?;
        let mut merge = transaction.prepare_cached(
            "INSERT INTO plain_balances VALUES (?1, ?2, 1)
             ON CONFLICT (account) DO UPDATE SET cents = cents + excluded.cents, payments = payments + 1",
        )?;
        let mut last = after;
        let mut rows = read.query(params![after, PAGE])?;
        while let Some(row) = rows.next()? {
            let payload: String = row.get(1)?;
            let event: Deposited = serde_json::from_str(&payload)?;
            merge.execute(params![row.get::<_, String>(0)?, event.cents])?;
            last = row.get(2)?;
            handled += 1;
        }
        transaction.execute("UPDATE plain_progress SET position = ?1", [last])?;
    }
    transaction.commit()?;
    if handled == 0 { Err("there are fewer events than were stored".into()) } else { Ok(handled) }
}

/// Stores the events, as many of each account.
async fn fill(file: &Path, events: u64) -> Result<(), Failure> {
    let store = SqliteStore::open(file).await?;
    let payload = serde_json::to_string(&Deposited { cents: CENTS })?;
    let of_each = events / ACCOUNTS as u64;
    for account in 0..ACCOUNTS {
        let stream = StreamId::new("account", account.to_string());
        let event = |_| NewEvent {
            id: EventId::from_uuid(Uuid::now_v7()),
            stream: stream.clone(),
            must_be_new: false,
            name: "deposited".into(),
            schema_version: 1,
            payload: payload.clone(),
            metadata: Metadata::default(),
            occurred_at: None,
        };
        let append = Append {
            expected: (stream.clone(), 0),
            depends_on: vec![],
            events: (0..of_each).map(event).collect(),
            receipt: None,
            recorded_at: jangle::Environment::now(&jangle::SystemEnvironment),
        };
        store.append(vec![append]).await?;
    }
    Ok(store.close().await?)
}

fn count(connection: &Connection, sql: &str) -> Result<u64, Failure> {
    Ok(u64::try_from(connection.query_row(sql, [], |row| row.get::<_, i64>(0))?)?)
}
