//! The tables, as any SQL tool sees them; and foreign laws.

use crate::store_common::{Outcome, append, event, stored, stream};
use jangle::{
    StoreError,
    store::{
        EventStore, Generation, LaneCommit, LaneOutcome, RowChange, ScanRange, SqliteStore, ViewSchema, ViewStore,
    },
    view::{
        Column, ColumnInfo, KeyInfo, Value,
        law::{Latest, Law, Place, Sum},
    },
};
use rusqlite::Connection;

const fn column<L: Law<T>, T: Column>(name: &'static str) -> ColumnInfo {
    ColumnInfo { name, law: L::NAME, cells: L::CELLS, merge: L::merge }
}
use uuid::Uuid;

const ACCOUNTS: ViewSchema = ViewSchema {
    view: "accounts",
    key: &[KeyInfo::of::<String>("id")],
    columns: &[column::<Sum, i64>("balance"), column::<Latest, Option<String>>("owner")],
    filling: Uuid::nil(),
};

fn panics(_: &mut [Value], _: &[Value]) {
    std::panic::resume_unwind(Box::new("a foreign law panics"));
}

const PANICS: ViewSchema = ViewSchema {
    view: "panics",
    key: &[KeyInfo::of::<String>("id")],
    columns: &[ColumnInfo { name: "total", law: "foreign", cells: <Sum as Law<i64>>::CELLS, merge: panics }],
    filling: Uuid::nil(),
};

const PLACE: Place<'static> = Place { position: 1, handler: "h", nth: 0 };

fn account(id: &str, balance: i64, owner: &str) -> Outcome<RowChange> {
    let balance = <Sum as Law<i64>>::lift(Some(balance), &PLACE)?;
    let owner = <Latest as Law<Option<String>>>::lift(Some(owner.to_owned()), &PLACE)?;
    Ok(RowChange { view: "accounts", key: vec![Value::Text(id.to_owned())], columns: vec![Some(balance), Some(owner)] })
}

async fn merged(store: &SqliteStore, generation: Generation, row: RowChange) -> Result<LaneOutcome, StoreError> {
    store.commit(LaneCommit { moves: vec![], rows: vec![(generation, row)] }).await
}

#[tokio::test]
async fn a_view_is_read_under_its_own_name_with_keys_and_values_only() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let store = SqliteStore::open(&path).await?;
    let generation = store.prepare(vec![ACCOUNTS]).await?[0];
    merged(&store, generation, account("small", 5, "Ann")?).await?;
    merged(&store, generation, account("large", i64::MAX, "Bob")?).await?;
    merged(&store, generation, account("large", 1, "Bob")?).await?;

    let tool = Connection::open(&path)?;
    let mut rows = tool.prepare("SELECT * FROM accounts ORDER BY id")?;
    let names: Vec<_> = (0..rows.column_count()).map(|column| rows.column_name(column)).collect::<Result<_, _>>()?;
    assert_eq!(names, ["id", "balance", "owner"]);
    let rows: Vec<(String, Option<i64>, String)> =
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?;
    let expected = [("large".to_owned(), None, "Bob".to_owned()), ("small".to_owned(), Some(5), "Ann".to_owned())];
    assert_eq!(rows, expected, "a number that does not fit is not shown as another");

    let columns: Vec<(String, String)> = tool
        .prepare(
            "SELECT info.name, info.type FROM jangle_generations, pragma_table_info(table_name) AS info
             WHERE view = 'accounts' ORDER BY info.cid",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let typed = |name: &str, of: &str| (name.to_owned(), of.to_owned());
    let expected = [
        typed("id", "TEXT"),
        typed("balance", "INTEGER"),
        typed("balance__carry", "INTEGER"),
        typed("owner", "TEXT"),
        typed("owner__at", "BLOB"),
    ];
    assert_eq!(columns, expected);
    Ok(())
}

#[tokio::test]
async fn tables_are_found_again_after_opening_again() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    for times in 1..=3 {
        let store = SqliteStore::open(&path).await?;
        let generation = store.prepare(vec![ACCOUNTS]).await?[0];
        assert_eq!(generation, Generation(1));
        merged(&store, generation, account("a", 5, "Ann")?).await?;
        let row = store.get("accounts", vec![Value::Text("a".to_owned())]).await?.ok_or("there is no row")?;
        assert_eq!(row[1], Value::Integer(5 * times));
        let commits = store.stats().commits;
        store.prepare(vec![ACCOUNTS]).await?;
        assert_eq!(store.stats().commits, commits, "what is prepared is not prepared again");
        store.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn two_versions_of_a_program_fill_their_own_tables() -> Outcome {
    const NEWER: ViewSchema = ViewSchema { columns: &[column::<Sum, i64>("balance")], ..ACCOUNTS };
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let (old, new) = (SqliteStore::open(&path).await?, SqliteStore::open(&path).await?);
    let first = old.prepare(vec![ACCOUNTS]).await?[0];
    let second = new.prepare(vec![NEWER]).await?[0];
    merged(&old, first, account("a", 5, "Ann")?).await?;
    let mut row = account("a", 7, "Ann")?;
    row.columns.truncate(1);
    merged(&new, second, row).await?;
    let key = || vec![Value::Text("a".to_owned())];
    assert_eq!(old.get("accounts", key()).await?.ok_or("there is no row")?[1], Value::Integer(5));
    assert_eq!(new.get("accounts", key()).await?.ok_or("there is no row")?[1], Value::Integer(7));
    Ok(())
}

#[tokio::test]
async fn a_view_never_replaces_a_table() -> Outcome {
    const EVENTS: ViewSchema = ViewSchema { view: "jangle_events", ..ACCOUNTS };
    let directory = tempfile::tempdir()?;
    let store = SqliteStore::open(directory.path().join("store.db")).await?;
    let a = stream("a");
    stored(&store, append(&a, 0, vec![event(&a, "1")])).await?;
    assert!(store.prepare(vec![EVENTS]).await.is_err());
    assert_eq!(store.prepare(vec![ACCOUNTS]).await?, [Generation(1)], "nothing was left behind");
    assert_eq!(store.read_all(0, 10).await?.len(), 1);
    Ok(())
}

/// Another program holds the writer up until all three requests wait, so that they share a transaction.
#[tokio::test]
async fn a_request_that_fails_takes_nothing_of_its_transaction_with_it_and_leaves_nothing() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let store = SqliteStore::open(&path).await?;
    let generations = store.prepare(vec![ACCOUNTS, PANICS]).await?;
    let panicking = || {
        let cells = <Sum as Law<i64>>::lift(Some(1), &PLACE)?;
        Outcome::Ok(RowChange { view: "panics", key: vec![Value::Text("a".to_owned())], columns: vec![Some(cells)] })
    };
    merged(&store, generations[1], panicking()?).await?;
    let before = store.stats();
    let other = Connection::open(&path)?;
    other.execute_batch("BEGIN IMMEDIATE")?;
    let failing = vec![(generations[0], account("undone", 5, "Ann")?), (generations[1], panicking()?)];
    let (first, failed, last, unlocked) = tokio::join!(
        merged(&store, generations[0], account("first", 5, "Ann")?),
        store.commit(LaneCommit { moves: vec![], rows: failing }),
        merged(&store, generations[0], account("last", 5, "Ann")?),
        async { other.execute_batch("ROLLBACK") },
    );
    unlocked?;
    assert_eq!((first?, last?), (LaneOutcome::Committed, LaneOutcome::Committed));
    assert!(matches!(failed, Err(StoreError::Failed { .. })), "{failed:?}");
    assert!(store.stats().groups < before.groups + 3, "they shared no transaction");
    let rows = store.scan("accounts", ScanRange::default()).await?;
    let ids: Vec<_> = rows.into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(ids, ["first", "last"].map(|id| Value::Text(id.to_owned())));
    Ok(())
}

#[tokio::test]
async fn a_law_that_panics_takes_nothing_else_with_it() -> Outcome {
    let directory = tempfile::tempdir()?;
    let store = SqliteStore::open(directory.path().join("store.db")).await?;
    let generations = store.prepare(vec![ACCOUNTS, PANICS]).await?;
    let row = |columns| RowChange { view: "panics", key: vec![Value::Text("a".to_owned())], columns };
    let cells = <Sum as Law<i64>>::lift(Some(1), &PLACE)?;
    merged(&store, generations[1], row(vec![Some(cells.clone())])).await?;
    let both = vec![(generations[0], account("a", 5, "Ann")?), (generations[1], row(vec![Some(cells)]))];
    let failed = store.commit(LaneCommit { moves: vec![], rows: both }).await;
    assert!(matches!(failed, Err(StoreError::Failed { .. })), "{failed:?}");
    assert_eq!(store.get("accounts", vec![Value::Text("a".to_owned())]).await?, None);
    merged(&store, generations[0], account("a", 5, "Ann")?).await?;
    Ok(())
}
