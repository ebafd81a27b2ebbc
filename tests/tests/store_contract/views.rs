//! Tables of views: laws 7 and 10.

use crate::{
    on_every_store,
    store_common::{Outcome, claim, lane, owned, owner},
};
use jangle::{
    Timestamp,
    store::{Generation, LaneCommit, LaneId, LaneOutcome, Move, RowChange, ScanRange, Store, ViewSchema},
    view::{
        Column, ColumnInfo, KeyInfo, Value,
        law::{Any, Count, First, Latest, Law, Max, Min, Place, Sum},
    },
};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

on_every_store! {
    the_same_schema_has_the_same_generation,
    another_schema_begins_a_new_generation,
    an_earlier_schema_finds_its_rows_again,
    a_view_that_was_not_prepared_is_an_error,
    rows_merge_under_every_law_as_a_fold_does,
    a_column_that_nothing_was_merged_into_holds_nothing,
    a_row_may_have_a_key_and_nothing_else,
    rows_and_progress_are_stored_together,
    rows_of_a_refused_commit_are_not_stored,
    rows_of_several_views_are_stored_together,
    rows_are_scanned_in_the_order_of_their_keys,
    a_scan_is_narrowed_by_the_beginning_of_the_key,
    a_scan_goes_on_behind_a_key,
    text_keys_are_ordered_by_their_bytes,
    numbers_above_64_bits_are_kept,
    values_of_every_type_are_read_as_they_were_merged,
}

const fn column<L: Law<T>, T: Column>(name: &'static str) -> ColumnInfo {
    ColumnInfo { name, law: L::NAME, cells: L::CELLS, merge: L::merge }
}

const LAWS: ViewSchema = ViewSchema {
    view: "statement \"lines\"",
    key: &[KeyInfo::of::<String>("account"), KeyInfo::of::<i64>("day")],
    columns: &[
        column::<Sum, i64>("total"),
        column::<Count, u32>("lines"),
        column::<Max, i64>("highest"),
        column::<Min, String>("lowest"),
        column::<Any, bool>("flagged"),
        column::<Latest, Option<String>>("last"),
        column::<First, Option<f64>>("first"),
    ],
    filling: Uuid::nil(),
};

const SMALL: ViewSchema = ViewSchema {
    view: "small",
    key: &[KeyInfo::of::<String>("id")],
    columns: &[column::<Sum, i64>("total")],
    filling: Uuid::nil(),
};

const SMALL_AS_COUNT: ViewSchema = ViewSchema {
    view: "small",
    key: &[KeyInfo::of::<String>("id")],
    columns: &[column::<Count, i64>("total")],
    filling: Uuid::nil(),
};

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// The cells of one value.
fn lift<L: Law<T>, T: Column>(value: Option<T::Bare>, position: u64) -> Outcome<Option<Vec<Value>>> {
    Ok(Some(L::lift(value, &Place { position, handler: "h", nth: 0 })?))
}

fn small(id: &str, more: i64) -> Outcome<RowChange> {
    Ok(RowChange { view: "small", key: vec![text(id)], columns: vec![lift::<Sum, i64>(Some(more), 1)?] })
}

async fn merged(store: &dyn Store, rows: Vec<(Generation, RowChange)>) -> Outcome {
    let outcome = store.commit(LaneCommit { moves: vec![], rows }).await?;
    assert_eq!(outcome, LaneOutcome::Committed);
    Ok(())
}

async fn prepared(store: &dyn Store, schema: ViewSchema) -> Outcome<Generation> {
    Ok(store.prepare(vec![schema]).await?.pop().ok_or("there is no generation")?)
}

async fn the_same_schema_has_the_same_generation(store: Arc<dyn Store>) -> Outcome {
    let generations = store.prepare(vec![LAWS, SMALL]).await?;
    assert_eq!(generations, [Generation(1), Generation(2)]);
    assert_eq!(store.prepare(vec![SMALL, LAWS]).await?, [Generation(2), Generation(1)]);
    Ok(())
}

async fn another_schema_begins_a_new_generation(store: Arc<dyn Store>) -> Outcome {
    let old = prepared(&*store, SMALL).await?;
    merged(&*store, vec![(old, small("a", 1)?)]).await?;
    let new = prepared(&*store, SMALL_AS_COUNT).await?;
    assert!(new > old);
    assert_eq!(store.get("small", vec![text("a")]).await?, None, "it begins empty");
    merged(&*store, vec![(old, small("b", 1)?)]).await?;
    assert_eq!(store.scan("small", ScanRange::default()).await?, Vec::<Vec<Value>>::new());
    Ok(())
}

async fn an_earlier_schema_finds_its_rows_again(store: Arc<dyn Store>) -> Outcome {
    let old = prepared(&*store, SMALL).await?;
    merged(&*store, vec![(old, small("a", 1)?)]).await?;
    prepared(&*store, SMALL_AS_COUNT).await?;
    assert_eq!(prepared(&*store, SMALL).await?, old);
    assert_eq!(store.scan("small", ScanRange::default()).await?.len(), 1);
    Ok(())
}

async fn a_view_that_was_not_prepared_is_an_error(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, LAWS).await?;
    let said = |error: jangle::StoreError| error.to_string();
    let expected = "the store failed: the view `small` has no table for this generation; prepare its schema first";
    assert_eq!(store.get("small", vec![text("a")]).await.map_err(said), Err(expected.to_owned()));
    assert_eq!(store.scan("small", ScanRange::default()).await.map_err(said), Err(expected.to_owned()));
    for generation in [generation, Generation(99), Generation::NONE] {
        let commit = LaneCommit { moves: vec![], rows: vec![(generation, small("a", 1)?)] };
        assert_eq!(store.commit(commit).await.map_err(said), Err(expected.to_owned()));
    }
    Ok(())
}

/// A sequence that looks random and is the same each time (Knuth's MMIX generator).
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn change(sequence: &mut Sequence, position: u64) -> Outcome<RowChange> {
    let number = sequence.below(2_000) as i64 - 1_000;
    let all = [
        lift::<Sum, i64>(Some(number), position)?,
        lift::<Count, u32>(None, position)?,
        lift::<Max, i64>(Some(number), position)?,
        lift::<Min, String>(Some(format!("ü{number}")), position)?,
        lift::<Any, bool>(Some(number % 7 == 0), position)?,
        lift::<Latest, Option<String>>((number % 3 != 0).then(|| format!("at {position}")), position)?,
        lift::<First, Option<f64>>(Some(number as f64 / 8.0), position)?,
    ];
    let columns = all.into_iter().map(|cells| cells.filter(|_| sequence.below(3) > 0)).collect();
    let key = vec![text(format!("account {}", sequence.below(3))), Value::Integer(sequence.below(3) as i64 - 1)];
    Ok(RowChange { view: LAWS.view, key, columns })
}

/// What the rows must be: each column's changes, merged one after another.
fn fold(changes: &[RowChange]) -> Vec<Vec<Value>> {
    type Columns = Vec<Option<Vec<Value>>>;
    let mut rows: BTreeMap<String, (Vec<Value>, Columns)> = BTreeMap::new();
    for change in changes {
        let empty = || (change.key.clone(), vec![None; LAWS.columns.len()]);
        let (_, cells) = rows.entry(format!("{:?}", change.key)).or_insert_with(empty);
        for ((law, cells), more) in LAWS.columns.iter().zip(cells).zip(&change.columns) {
            match (cells, more) {
                (_, None) => {}
                (Some(cells), Some(more)) => (law.merge)(cells, more),
                (cells, Some(more)) => *cells = Some(more.clone()),
            }
        }
    }
    let mut rows: Vec<Vec<Value>> = rows
        .into_values()
        .map(|(key, columns)| {
            let cells = columns
                .into_iter()
                .zip(LAWS.columns)
                .flat_map(|(cells, column)| cells.unwrap_or_else(|| vec![Value::Null; column.cells.len()]));
            key.into_iter().chain(cells).collect()
        })
        .collect();
    rows.sort_by(|a, b| a[0].order(&b[0]).then(a[1].order(&b[1])));
    rows
}

async fn rows_merge_under_every_law_as_a_fold_does(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, LAWS).await?;
    let mut sequence = Sequence(1996);
    let changes: Vec<_> = (1..=300).map(|position| change(&mut sequence, position)).collect::<Outcome<_>>()?;
    let expected = fold(&changes);
    // In an order of its own, in commits of different sizes.
    let mut waiting = changes;
    while !waiting.is_empty() {
        let size = 1 + sequence.below(20);
        let mut rows = Vec::new();
        for _ in 0..size.min(waiting.len() as u64) {
            let index = sequence.below(waiting.len() as u64) as usize;
            rows.push((generation, waiting.swap_remove(index)));
        }
        merged(&*store, rows).await?;
    }
    assert_eq!(store.scan(LAWS.view, ScanRange::default()).await?, expected);
    for row in expected {
        assert_eq!(store.get(LAWS.view, row[..2].to_vec()).await?, Some(row));
    }
    Ok(())
}

async fn a_column_that_nothing_was_merged_into_holds_nothing(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, LAWS).await?;
    let key = vec![text("a"), Value::Integer(1)];
    let mut columns = vec![None; LAWS.columns.len()];
    columns[2] = lift::<Max, i64>(Some(-5), 1)?;
    merged(&*store, vec![(generation, RowChange { view: LAWS.view, key: key.clone(), columns })]).await?;
    let row = store.get(LAWS.view, key).await?.ok_or("there is no row")?;
    let merged: Vec<_> = row[2..].iter().filter(|value| **value != Value::Null).collect();
    assert_eq!(merged, [&Value::Integer(-5)]);
    Ok(())
}

async fn a_row_may_have_a_key_and_nothing_else(store: Arc<dyn Store>) -> Outcome {
    const NAMES: ViewSchema =
        ViewSchema { view: "names", key: &[KeyInfo::of::<String>("name")], columns: &[], filling: Uuid::nil() };
    let generation = prepared(&*store, NAMES).await?;
    for _ in 0..2 {
        let row = RowChange { view: "names", key: vec![text("a")], columns: vec![] };
        merged(&*store, vec![(generation, row)]).await?;
    }
    assert_eq!(store.scan("names", ScanRange::default()).await?, [[text("a")]]);
    Ok(())
}

async fn rows_and_progress_are_stored_together(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, SMALL).await?;
    let lane = LaneId { generation, ..lane("h") };
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    for (from, to) in [(0, 2), (2, 3)] {
        let step = Move { lane: lane.clone(), epoch, from, to, event: None, exceptions: vec![] };
        let commit = LaneCommit { moves: vec![step], rows: vec![(generation, small("a", 5)?)] };
        assert_eq!(store.commit(commit.clone()).await?, LaneOutcome::Committed);
        assert_eq!(store.commit(commit).await?, LaneOutcome::Refused, "the same again");
    }
    let row = store.get("small", vec![text("a")]).await?.ok_or("there is no row")?;
    assert_eq!(row, [text("a"), Value::Integer(10), Value::Integer(0)]);
    Ok(())
}

async fn rows_of_a_refused_commit_are_not_stored(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, SMALL).await?;
    let lane = LaneId { generation, ..lane("h") };
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    for (epoch, from) in [(epoch + 1, 0), (epoch, 1)] {
        let step = Move { lane: lane.clone(), epoch, from, to: 2, event: None, exceptions: vec![] };
        let commit = LaneCommit { moves: vec![step], rows: vec![(generation, small("a", 5)?)] };
        assert_eq!(store.commit(commit).await?, LaneOutcome::Refused);
    }
    assert_eq!(store.get("small", vec![text("a")]).await?, None);
    Ok(())
}

async fn rows_of_several_views_are_stored_together(store: Arc<dyn Store>) -> Outcome {
    let generations = store.prepare(vec![LAWS, SMALL]).await?;
    let key = vec![text("a"), Value::Integer(1)];
    let other = RowChange { view: LAWS.view, key: key.clone(), columns: vec![None; LAWS.columns.len()] };
    merged(&*store, vec![(generations[0], other), (generations[1], small("a", 1)?)]).await?;
    assert!(store.get(LAWS.view, key).await?.is_some());
    assert!(store.get("small", vec![text("a")]).await?.is_some());
    Ok(())
}

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
    rows.into_iter()
        .map(|row| match &row[..2] {
            [Value::Text(account), Value::Integer(day)] => Ok((account.clone(), *day)),
            other => Err(format!("{other:?}").into()),
        })
        .collect()
}

fn key(account: &str, day: i64) -> (String, i64) {
    (account.to_owned(), day)
}

async fn rows_are_scanned_in_the_order_of_their_keys(store: Arc<dyn Store>) -> Outcome {
    days(&*store).await?;
    let all = [key("a", -2), key("a", 9), key("a", 100), key("b", -1), key("b", 9), key("b", 10)];
    assert_eq!(keys(&*store, ScanRange::default()).await?, all);
    assert_eq!(keys(&*store, ScanRange { limit: Some(2), ..ScanRange::default() }).await?, all[..2]);
    assert_eq!(keys(&*store, ScanRange { limit: Some(0), ..ScanRange::default() }).await?, []);
    Ok(())
}

async fn a_scan_is_narrowed_by_the_beginning_of_the_key(store: Arc<dyn Store>) -> Outcome {
    days(&*store).await?;
    let within = |leading| ScanRange { leading, ..ScanRange::default() };
    assert_eq!(keys(&*store, within(vec![text("b")])).await?, [key("b", -1), key("b", 9), key("b", 10)]);
    assert_eq!(keys(&*store, within(vec![text("b"), Value::Integer(9)])).await?, [key("b", 9)]);
    assert_eq!(keys(&*store, within(vec![text("c")])).await?, []);
    assert_eq!(keys(&*store, within(vec![text("")])).await?, []);
    Ok(())
}

async fn a_scan_goes_on_behind_a_key(store: Arc<dyn Store>) -> Outcome {
    days(&*store).await?;
    let behind = |account: &str, day, leading| ScanRange {
        leading,
        after: Some(vec![text(account), Value::Integer(day)]),
        limit: Some(2),
    };
    assert_eq!(keys(&*store, behind("a", 9, vec![])).await?, [key("a", 100), key("b", -1)]);
    assert_eq!(
        keys(&*store, behind("a", 10, vec![])).await?,
        [key("a", 100), key("b", -1)],
        "the key need not be there"
    );
    assert_eq!(keys(&*store, behind("b", 10, vec![])).await?, []);
    assert_eq!(keys(&*store, behind("a", 9, vec![text("a")])).await?, [key("a", 100)]);
    assert_eq!(keys(&*store, behind("a", 9, vec![text("b")])).await?, [key("b", -1), key("b", 9)]);
    assert_eq!(keys(&*store, behind("b", 9, vec![text("a")])).await?, []);
    Ok(())
}

async fn text_keys_are_ordered_by_their_bytes(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, SMALL).await?;
    let ids = ["", "10", "9", "Z", "a", "a\0", "a\0b", "aa", "z", "ä", "🦀"];
    let mut rows = Vec::new();
    for id in ids.iter().rev() {
        rows.push((generation, small(id, 1)?));
    }
    merged(&*store, rows).await?;
    let rows = store.scan("small", ScanRange::default()).await?;
    assert_eq!(rows.into_iter().map(|row| row[0].clone()).collect::<Vec<_>>(), ids.map(text));
    Ok(())
}

async fn numbers_above_64_bits_are_kept(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, SMALL).await?;
    for more in [i64::MAX, i64::MAX, i64::MIN, -10] {
        merged(&*store, vec![(generation, small("a", more)?)]).await?;
    }
    let row = store.get("small", vec![text("a")]).await?.ok_or("there is no row")?;
    let total: i64 = <Sum as Law<i64>>::read(&row[1..])?;
    assert_eq!(total, i64::MAX - 11);
    Ok(())
}

async fn values_of_every_type_are_read_as_they_were_merged(store: Arc<dyn Store>) -> Outcome {
    const TYPES: ViewSchema = ViewSchema {
        view: "types",
        key: &[KeyInfo::of::<Timestamp>("at"), KeyInfo::of::<bool>("yes")],
        columns: &[
            column::<Latest, Option<Vec<u8>>>("blob"),
            column::<Latest, Option<f64>>("real"),
            column::<Latest, Option<String>>("text"),
            column::<Latest, Option<i64>>("number"),
        ],
        filling: Uuid::nil(),
    };
    let generation = prepared(&*store, TYPES).await?;
    for (nth, real) in [0.1, -1e300, 5.0, f64::MIN_POSITIVE, f64::INFINITY].into_iter().enumerate() {
        let key = vec![Value::Integer(i64::MIN + nth as i64), Value::Integer(1)];
        let columns = vec![
            lift::<Latest, Option<Vec<u8>>>(Some(vec![0, 255, nth as u8]), 1)?,
            lift::<Latest, Option<f64>>(Some(real), 1)?,
            lift::<Latest, Option<String>>(Some(String::new()), 1)?,
            lift::<Latest, Option<i64>>(Some(i64::MAX), 1)?,
        ];
        let expected: Vec<_> = key.iter().chain(columns.iter().flatten().flatten()).cloned().collect();
        merged(&*store, vec![(generation, RowChange { view: "types", key: key.clone(), columns })]).await?;
        assert_eq!(store.get("types", key).await?, Some(expected));
    }
    Ok(())
}
