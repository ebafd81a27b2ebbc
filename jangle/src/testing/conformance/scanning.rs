//! Scanning rows.

use super::{
    merging::LAWS,
    views::{SMALL, merged, prepared, small, text},
    violation::{Broken, Outcome, same},
};
use crate::{
    store::{RowChange, ScanRange, Store},
    view::Value,
};
use std::sync::Arc;

/// Two accounts with three days each.
async fn days(store: &dyn Store) -> Outcome {
    let generation = prepared(store, LAWS).await?;
    let mut rows = Vec::new();
    for (account, day) in [("b", 10), ("a", 9), ("b", -1), ("a", 100), ("b", 9), ("a", -2)] {
        let key = vec![text(account), Value::Integer(day)];
        rows.push((generation, RowChange { view: LAWS.view, key, columns: vec![None; LAWS.columns.len()] }));
    }
    merged(store, rows).await
}

async fn keys(store: &dyn Store, range: ScanRange) -> Outcome<Vec<(String, i64)>> {
    let rows = store.scan(LAWS.view, range).await?;
    let key = |row: Vec<Value>| match &row[..] {
        [Value::Text(account), Value::Integer(day), ..] => Ok((account.clone(), *day)),
        other => Err(Broken::new("a row", "a text and an integer first", &other)),
    };
    rows.into_iter().map(key).collect()
}

fn key(account: &str, day: i64) -> (String, i64) {
    (account.to_owned(), day)
}

pub(super) async fn rows_are_scanned_in_the_order_of_their_keys(store: Arc<dyn Store>) -> Outcome {
    days(&*store).await?;
    let all = [key("a", -2), key("a", 9), key("a", 100), key("b", -1), key("b", 9), key("b", 10)];
    same("all keys", keys(&*store, ScanRange::default()).await?, &all[..])?;
    for limit in [0, 2, 100] {
        let found = keys(&*store, ScanRange { limit: Some(limit), ..ScanRange::default() }).await?;
        same(&format!("the first {limit} keys"), found, &all[..limit.min(all.len())])?;
    }
    Ok(())
}

pub(super) async fn a_scan_is_narrowed_by_the_beginning_of_the_key(store: Arc<dyn Store>) -> Outcome {
    days(&*store).await?;
    let cases = [
        (vec![text("b")], vec![key("b", -1), key("b", 9), key("b", 10)]),
        (vec![text("b"), Value::Integer(9)], vec![key("b", 9)]),
        (vec![text("c")], vec![]),
        (vec![text("")], vec![]),
    ];
    for (leading, expected) in cases {
        let what = format!("the keys that begin with {leading:?}");
        same(&what, keys(&*store, ScanRange { leading, ..ScanRange::default() }).await?, expected)?;
    }
    Ok(())
}

pub(super) async fn a_scan_goes_on_behind_a_key(store: Arc<dyn Store>) -> Outcome {
    days(&*store).await?;
    let cases = [
        (("a", 9), vec![], vec![key("a", 100), key("b", -1)]),
        // There is no such key.
        (("a", 10), vec![], vec![key("a", 100), key("b", -1)]),
        (("b", 10), vec![], vec![]),
        (("a", 9), vec![text("a")], vec![key("a", 100)]),
        (("a", 9), vec![text("b")], vec![key("b", -1), key("b", 9)]),
        (("b", 9), vec![text("a")], vec![]),
    ];
    for ((account, day), leading, expected) in cases {
        let what = format!("the first two keys behind {account} {day} that begin with {leading:?}");
        let after = Some(vec![text(account), Value::Integer(day)]);
        same(&what, keys(&*store, ScanRange { leading, after, limit: Some(2) }).await?, expected)?;
    }
    Ok(())
}

pub(super) async fn text_keys_are_ordered_by_their_bytes(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, SMALL).await?;
    let ids = ["", " ", "'; DROP TABLE small; --", "10", "9", "Z", "\"", "a", "a ", "aa", "z", "Ä", "ä", "🦀"];
    let mut sorted = ids;
    sorted.sort_unstable();
    let rows = ids.iter().rev().map(|id| Ok((generation, small(id, 1)?))).collect::<Outcome<_>>()?;
    merged(&*store, rows).await?;
    let rows = store.scan("small", ScanRange::default()).await?;
    let found: Vec<_> = rows.into_iter().filter_map(|row| row.into_iter().next()).collect();
    same("all keys", found, sorted.map(text))
}
