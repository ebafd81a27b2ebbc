//! What the file holds, read without jangle.

use rusqlite::Connection;
use std::{collections::HashMap, path::Path};

/// An event of an account.
pub(crate) struct Stored {
    pub(crate) command_id: String,
    pub(crate) position: u64,
    /// The balance after it.
    pub(crate) balance: i64,
}

/// The events of each account in the order of their versions; panics where versions have a hole, positions do not rise,
/// or a balance is negative.
pub(crate) fn accounts(store: &Path) -> HashMap<String, Vec<Stored>> {
    let file = Connection::open(store).unwrap();
    let sql = "SELECT aggregate_id, version, position, name, json_extract(payload, '$.amount'),
                   json_extract(metadata, '$.command_id')
               FROM jangle_events ORDER BY aggregate_id, version";
    let mut accounts: HashMap<String, Vec<Stored>> = HashMap::new();
    let mut statement = file.prepare(sql).unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (account, name): (String, String) = (row.get_unwrap(0), row.get_unwrap(3));
        let amount: i64 = row.get_unwrap(4);
        let change = if name == "accounts.deposited" { amount } else { -amount };
        let events = accounts.entry(account.clone()).or_default();
        let (balance, last) = events.last().map_or((0, 0), |event| (event.balance, event.position));
        let (version, position) =
            (row.get_unwrap::<_, i64>(1).cast_unsigned(), row.get_unwrap::<_, i64>(2).cast_unsigned());
        assert_eq!(version, events.len() as u64 + 1, "the versions of {account} have a hole or a double");
        assert!(position > last, "positions of {account} do not rise");
        assert!(balance + change >= 0, "version {version} of {account} should have been refused");
        events.push(Stored { command_id: row.get_unwrap(5), position, balance: balance + change });
    }
    accounts
}

/// The owners of lanes.
pub(crate) fn owners(store: &Path) -> Vec<Option<Vec<u8>>> {
    let file = Connection::open(store).unwrap();
    file.busy_timeout(std::time::Duration::from_secs(60)).unwrap();
    let mut statement = file.prepare("SELECT owner FROM jangle_progress").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// Whether no process keeps the file locked for long.
pub(crate) fn can_be_written(store: &Path) -> bool {
    let file = Connection::open(store).unwrap();
    file.busy_timeout(std::time::Duration::from_secs(1)).unwrap();
    file.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok()
}
