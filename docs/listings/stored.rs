//! What is in the file, as any tool of SQLite sees it.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{prelude::*, store::StreamId, store::partition_of};
use rusqlite::{Connection, types::Value};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Deposit {
    #[aggregate_id]
    account: String,
    cents: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "bank.deposited")]
struct Deposited {
    cents: i64,
}

#[derive(Debug, Default)]
struct Account;

#[aggregate]
impl Account {
    #[validate_command]
    fn deposit(&self, command: Deposit) -> Deposited {
        Deposited { cents: command.cents }
    }

    #[reconstitute]
    fn deposited(&mut self, _: &Deposited) {}
}

#[derive(Debug, View)]
#[allow(dead_code, reason = "only SQL reads it here")]
struct Balance {
    #[key]
    account: String,
    #[merge(sum)]
    cents: i64,
}

#[event_handler]
async fn add_deposits(
    event: Recorded<Deposited>,
    balances: Merge<Balance>,
) -> Result<(), HandlerError> {
    balances.merge(Balance::at(event.aggregate_id()).cents(event.cents)).await?;
    Ok(())
}

/// The rows of a statement, as the shell of SQLite would print them.
fn rows(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let width = statement.column_count();
    let cell = |value: Value| match value {
        Value::Null => String::new(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text,
        other => format!("{other:?}"),
    };
    let row = |row: &rusqlite::Row<'_>| {
        let cells: Result<Vec<String>, _> =
            (0..width).map(|column| row.get(column).map(cell)).collect();
        Ok(cells?.join("|"))
    };
    statement.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap()
}

#[tokio::test]
async fn the_statements_of_the_chapter_show_what_it_says()
-> Result<(), Box<dyn std::error::Error>> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("bank.db");
    let app = Jangle::builder().store(SqliteStore::open(&file).await?).start().await?;
    let id = CommandId::derived("statement line", "6145");
    app.send(Deposit { account: "25".into(), cents: 4_000 })
        .id(id)
        .metadata("user", "ann")
        .await?;
    app.send(Deposit { account: "25".into(), cents: 250 }).await?;
    app.settle(std::time::Duration::from_secs(30)).await?;
    app.shutdown().await?;

    let connection = Connection::open(&file)?;
    let shown = |name: &str, sql: &str| {
        jangle_book::shown(name, &(rows(&connection, sql).join("\n") + "\n"))
    };
    shown("stored/events.txt", include_str!("stored/events.sql"));
    shown("stored/view.txt", include_str!("stored/view.sql"));
    shown("stored/receipts.txt", include_str!("stored/receipts.sql"));
    shown("stored/progress.txt", include_str!("stored/progress.sql"));
    assert!(rows(&connection, include_str!("stored/exceptions.sql")).is_empty());
    Ok(())
}

#[test]
fn the_partition_of_the_chapter_is_that_of_the_store() {
    // ANCHOR: partition
    /// FNV-1a of the aggregate's type, a zero byte and its id; its halves XORed; the
    /// lowest six bits.
    fn partition(aggregate_type: &str, aggregate_id: &str) -> u8 {
        let bytes = aggregate_type.bytes().chain([0]).chain(aggregate_id.bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        (((hash >> 32) ^ hash) & 63) as u8
    }
    // ANCHOR_END: partition
    for id in 0..1_000 {
        let id = id.to_string();
        assert_eq!(
            partition("account", &id),
            partition_of(&StreamId::new("account", id.as_str()))
        );
    }
}
