//! What is in a store's file, read without the framework.

use crate::books::Books;
use rusqlite::{Connection, OptionalExtension, Row};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) position: u64,
    pub(crate) id: Vec<u8>,
    pub(crate) aggregate: String,
    pub(crate) version: u64,
    pub(crate) name: String,
    pub(crate) payload: String,
    /// The id of its command, in hexadecimal.
    command: String,
}

/// What is in a store that holds everything it must hold at any moment.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) events: Vec<Event>,
    /// The lines that were accepted or refused.
    pub(crate) lines: u64,
    /// The rows of the views.
    pub(crate) books: Books,
    /// How often the lanes of the views were taken.
    pub(crate) epoch: u64,
}

/// How often the lanes of the views were taken.
pub(crate) const EPOCH: &str = "SELECT coalesce(max(epoch), 0) FROM jangle_progress";

/// Audits the file at `store`. The run that wrote it has ended.
///
/// It looks at a copy, so that the next run of the program is the first to find the log that the last one left.
pub(crate) fn audit(store: &Path) -> Found {
    let copy = tempfile::tempdir().expect("a directory");
    let Some(connection) = open(store, &copy) else { return Found::default() };
    let whole: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a check");
    assert_eq!(whole, "ok");
    if !has_tables(&connection) {
        return Found::default();
    }
    let events = events(&connection);
    check_streams(&events);
    let lines = check_receipts(&connection, &events);
    let books = check_views(&connection, &events);
    let epoch = connection.query_row(EPOCH, [], |row| number(row, 0)).expect("an epoch");
    Found { events, lines, books, epoch }
}

/// A connection to a copy of the file and its log; none where there is no file.
fn open(store: &Path, copy: &TempDir) -> Option<Connection> {
    if !store.exists() {
        return None;
    }
    let copied = copy.path().join("copy.db");
    for suffix in ["", "-wal", "-journal"] {
        let (from, to) = (beside(store, suffix), beside(&copied, suffix));
        if from.exists() {
            fs::copy(from, to).expect("a copy");
        }
    }
    let connection = Connection::open(copied).expect("the copy opens");
    connection.execute_batch("PRAGMA query_only = ON").expect("only to be read");
    Some(connection)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// All tables come with one transaction, so there are all or none.
fn has_tables(connection: &Connection) -> bool {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name GLOB 'jangle_*' AND type = 'table'";
    let tables = connection.query_row(sql, [], |row| number(row, 0)).expect("a schema");
    assert!(tables == 0 || tables >= 7, "only {tables} tables of a store are there");
    tables > 0
}

/// The rows of `sql`.
pub(crate) fn rows<T>(connection: &Connection, sql: &str, read: impl Fn(&Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
    let mut statement = connection.prepare(sql).expect("a statement");
    let rows = statement.query_map([], read).expect("rows");
    rows.collect::<Result<_, _>>().expect("rows of the expected types")
}

/// A number that is never negative.
pub(crate) fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::cast_unsigned)
}

fn events(connection: &Connection) -> Vec<Event> {
    let sql = "SELECT position, event_id, aggregate_id, version, name, payload,
                   replace(json_extract(metadata, '$.command_id'), '-', ''), aggregate_type
               FROM jangle_events ORDER BY position";
    rows(connection, sql, |row| {
        assert_eq!(row.get::<_, String>(7)?, "account");
        Ok(Event {
            position: number(row, 0)?,
            id: row.get(1)?,
            aggregate: row.get(2)?,
            version: number(row, 3)?,
            name: row.get(4)?,
            payload: row.get(5)?,
            command: row.get(6)?,
        })
    })
}

/// Within each stream, versions go 1, 2, 3 … as positions rise.
fn check_streams(events: &[Event]) {
    let mut versions: HashMap<&str, u64> = HashMap::new();
    for event in events {
        let version = versions.entry(&event.aggregate).or_default();
        *version += 1;
        assert_eq!(event.version, *version, "the versions of account {} have a hole or a double", event.aggregate);
    }
}

struct Receipt {
    command: String,
    name: String,
    aggregate: String,
    outcome: String,
    version: Option<u64>,
    position: Option<u64>,
    events: Option<String>,
}

/// Every receipt has its events, and every event its receipt. Answers how many lines have one.
fn check_receipts(connection: &Connection, events: &[Event]) -> u64 {
    let sql = "SELECT lower(hex(command_id)), command, aggregate_id, outcome, version, position, events
               FROM jangle_receipts";
    let receipts = rows(connection, sql, |row| {
        Ok(Receipt {
            command: row.get(0)?,
            name: row.get(1)?,
            aggregate: row.get(2)?,
            outcome: row.get(3)?,
            version: row.get::<_, Option<i64>>(4)?.map(i64::cast_unsigned),
            position: row.get::<_, Option<i64>>(5)?.map(i64::cast_unsigned),
            events: row.get(6)?,
        })
    });
    let mut without: HashMap<u64, &Event> = events.iter().map(|event| (event.position, event)).collect();
    for receipt in &receipts {
        let Receipt { command, aggregate, .. } = receipt;
        if receipt.outcome == "refused" {
            assert_eq!((&receipt.version, &receipt.events), (&None, &None), "{command} was refused and did something");
            continue;
        }
        // Each command of an import that is accepted under an id is one event.
        let positions = receipt.events.as_deref().expect("positions").trim_matches(['[', ']']);
        let position = positions.parse().expect("one position");
        let event = without.remove(&position);
        let event = event.unwrap_or_else(|| panic!("the event {position} of {command} is not there, or twice"));
        assert_eq!((&event.command, &event.aggregate), (command, aggregate), "{command} has another command's event");
        assert_eq!((receipt.version, receipt.position), (Some(event.version), Some(position)), "{command}");
    }
    assert!(without.is_empty(), "{} events have no receipt: {:?}", without.len(), without.values().next());
    receipts.iter().filter(|receipt| receipt.name == "PostStatementLine").count() as u64
}

/// How far a handler got with a view.
struct Lane {
    view: String,
    handler: String,
    checkpoint: u64,
    event: Option<Vec<u8>>,
}

/// Each view is what its handlers' events up to their checkpoints come to, no more and no less.
fn check_views(connection: &Connection, events: &[Event]) -> Books {
    let views: Vec<String> =
        rows(connection, "SELECT view FROM jangle_generations WHERE live = 1 ORDER BY view", |row| row.get(0));
    if views.is_empty() {
        return Books::default();
    }
    assert_eq!(views, ["accounts", "ledger", "totals"]);
    let set_aside: Option<String> = connection
        .query_row("SELECT error FROM jangle_exceptions LIMIT 1", [], |row| row.get(0))
        .optional()
        .expect("exceptions");
    assert_eq!(set_aside, None, "no handler fails");
    let sql = "SELECT view, handler, checkpoint, event_id
               FROM jangle_progress JOIN jangle_generations USING (generation)";
    let lanes = rows(connection, sql, |row| {
        Ok(Lane { view: row.get(0)?, handler: row.get(1)?, checkpoint: number(row, 2)?, event: row.get(3)? })
    });
    let mut done: HashMap<(String, String), u64> = HashMap::new();
    for Lane { view, handler, checkpoint, event } in lanes {
        let at = events.iter().rev().find(|event| event.position <= checkpoint);
        if checkpoint > 0 {
            let at = at.filter(|at| at.position == checkpoint);
            let at = at.unwrap_or_else(|| panic!("{handler} is at {checkpoint}, where no event is"));
            assert_eq!(event.as_ref(), Some(&at.id), "{handler} is at another event than it handled");
        }
        assert_eq!(done.insert((view.clone(), handler.clone()), checkpoint), None, "two lanes of {handler}");
    }
    let done_to = |view: &str, handler: &str| done.get(&(view.to_owned(), handler.to_owned())).copied().unwrap_or(0);
    let stored = Books::stored(connection);
    stored.must_be(&Books::folded(events, done_to));
    stored
}
