//! The bank's books: as the views have them, and as they follow from the events.

use crate::audit::{Event, rows};
use rusqlite::{Connection, types::ValueRef};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The rows of the three views as text, so that they compare whatever they were read from.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Books {
    pub(crate) accounts: BTreeSet<String>,
    pub(crate) ledger: BTreeSet<String>,
    pub(crate) totals: BTreeSet<String>,
}

#[derive(Default)]
struct Account {
    name: Option<String>,
    limit: Option<i64>,
    opened: bool,
    balance: i64,
    transactions: u64,
    last_day: Option<String>,
}

impl Books {
    /// What the views have.
    pub(crate) fn stored(connection: &Connection) -> Self {
        let accounts = "SELECT account, name, overdraft_limit, opened, coalesce(balance, 0), coalesce(transactions, 0),
                 coalesce(forgiven, 0), last_day FROM accounts";
        let ledger = "SELECT account, day, version, \"transaction\", kind, change, details FROM ledger";
        Self {
            accounts: table(connection, accounts),
            ledger: table(connection, ledger),
            totals: table(connection, "SELECT kind, number, amount FROM totals"),
        }
    }

    /// A fold from zero: what the views must have when each handler, which has the name of its event, has done its
    /// events up to `done_to(view, handler)`.
    pub(crate) fn folded(events: &[Event], done_to: impl Fn(&str, &str) -> u64) -> Self {
        let mut accounts: BTreeMap<&str, Account> = BTreeMap::new();
        let mut totals: BTreeMap<&str, (u64, i64)> = BTreeMap::new();
        let mut ledger = BTreeSet::new();
        for event in events {
            let handler = event.name.strip_prefix("bank.").expect("an event of the bank");
            let is_in = |view: &str| event.position <= done_to(view, handler);
            let payload: Value = serde_json::from_str(&event.payload).expect("a payload in JSON");
            if handler == "account_opened" {
                if is_in("accounts") {
                    let account = accounts.entry(&event.aggregate).or_default();
                    account.opened = true;
                    account.name = text(&payload["name"]);
                    account.limit = payload["overdraft_limit"].as_i64();
                }
                continue;
            }
            let (kind, sign) = kind(handler);
            let amount = payload["amount"].as_i64().expect("an amount");
            let slip = &payload["slip"];
            let day = text(&slip["day"]).expect("a day");
            if is_in("accounts") {
                let account = accounts.entry(&event.aggregate).or_default();
                account.balance += sign * amount;
                account.transactions += 1;
                account.last_day = account.last_day.take().max(Some(day.clone()));
            }
            if is_in("ledger") {
                let details = [&slip["purpose"], &slip["counterparty"], &slip["operation"]];
                let details = details.into_iter().filter_map(text).collect::<Vec<_>>().join(", ");
                let details = if details.is_empty() { NOTHING.to_owned() } else { details };
                let transaction = text(&payload["transaction"]).expect("an id");
                let (account, version, change) = (&event.aggregate, event.version, sign * amount);
                ledger.insert(format!("{account}|{day}|{version}|{transaction}|{kind}|{change}|{details}"));
            }
            if is_in("totals") {
                let total = totals.entry(kind).or_default();
                *total = (total.0 + 1, total.1 + amount);
            }
        }
        let accounts = accounts.into_iter().map(|(id, account)| account.row(id)).collect();
        let totals = totals.into_iter().map(|(kind, (number, amount))| format!("{kind}|{number}|{amount}")).collect();
        Self { accounts, ledger, totals }
    }

    /// Panics with the first row that is only here or only there.
    pub(crate) fn must_be(&self, expected: &Self) {
        let views = [
            ("accounts", &self.accounts, &expected.accounts),
            ("ledger", &self.ledger, &expected.ledger),
            ("totals", &self.totals, &expected.totals),
        ];
        for (view, found, expected) in views {
            let (unexpected, missing) = (found.difference(expected).next(), expected.difference(found).next());
            assert!(found == expected, "the view `{view}` has {unexpected:?}, and lacks {missing:?}");
        }
    }

    /// How many events the counters counted that the projections raise: entries by account, entries by kind.
    pub(crate) fn counted(&self) -> [u64; 2] {
        [sum(&self.accounts, 5), sum(&self.totals, 1)]
    }
}

/// What stands for no value.
const NOTHING: &str = "-";

impl Account {
    fn row(&self, id: &str) -> String {
        let name = self.name.as_deref().unwrap_or(NOTHING);
        let limit = self.limit.map_or(NOTHING.to_owned(), |limit| limit.to_string());
        let opened = if self.opened { "1" } else { NOTHING };
        let day = self.last_day.as_deref().unwrap_or(NOTHING);
        format!("{id}|{name}|{limit}|{opened}|{}|{}|0|{day}", self.balance, self.transactions)
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// The kind of the entry that an event is, and how it changes the balance.
fn kind(event: &str) -> (&'static str, i64) {
    match event {
        "funds_deposited" => ("deposit", 1),
        "funds_withdrawn" => ("withdrawal", -1),
        "fee_charged" => ("fee", -1),
        "interest_credited" => ("interest", 1),
        "interest_charged" => ("sanction interest", -1),
        other => panic!("an import causes no `{other}`"),
    }
}

fn table(connection: &Connection, sql: &str) -> BTreeSet<String> {
    let found = rows(connection, sql, |row| {
        let columns = row.as_ref().column_count();
        let cells: Result<Vec<String>, _> = (0..columns).map(|column| row.get_ref(column).map(cell)).collect();
        Ok(cells?.join("|"))
    });
    let number = found.len();
    let found: BTreeSet<String> = found.into_iter().collect();
    assert_eq!(found.len(), number, "a row is there twice");
    found
}

fn cell(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => NOTHING.to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8(text.to_owned()).expect("text"),
        other => panic!("a view of the bank has {other:?}"),
    }
}

fn sum(rows: &BTreeSet<String>, column: usize) -> u64 {
    rows.iter().map(|row| row.split('|').nth(column).expect("a column").parse::<u64>().expect("a number")).sum()
}
