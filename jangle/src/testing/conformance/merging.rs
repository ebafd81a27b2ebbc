//! Merging by the laws of columns.

use super::{
    views::{SMALL, column, lift, merged, prepared, small, text, total},
    violation::{Broken, Outcome, same},
};
use crate::{
    Timestamp,
    store::{RowChange, ScanRange, Store, ViewSchema},
    view::{
        KeyInfo, Value,
        law::{Any, Count, First, Latest, Max, Min, Sum},
    },
};
use std::{collections::BTreeMap, sync::Arc};

/// A view with every law, and a name that has to be quoted.
pub(super) const LAWS: ViewSchema = ViewSchema {
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
    filling: uuid::Uuid::nil(),
};

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

pub(super) async fn rows_are_the_same_in_any_order_and_batching(store: Arc<dyn Store>) -> Outcome {
    // As many tables of the same columns, each filled in its own order and in batches of its own sizes.
    const TABLES: [(&str, u64); 3] = [("lines 1", 1), ("lines 20", 20), ("lines 300", 300)];
    let mut sequence = Sequence(1996);
    let changes: Vec<_> = (1..=300).map(|position| change(&mut sequence, position)).collect::<Outcome<_>>()?;
    let expected = fold(&changes);
    for (view, largest) in TABLES {
        let generation = prepared(&*store, ViewSchema { view, ..LAWS }).await?;
        let mut waiting: Vec<_> = changes.iter().map(|change| RowChange { view, ..change.clone() }).collect();
        while !waiting.is_empty() {
            let size = (1 + sequence.below(largest)).min(waiting.len() as u64);
            let mut batch = Vec::new();
            for _ in 0..size {
                let index = sequence.below(waiting.len() as u64) as usize;
                batch.push((generation, waiting.swap_remove(index)));
            }
            merged(&*store, batch).await?;
        }
        let rows = store.scan(view, ScanRange::default()).await?;
        same("how many rows there are", rows.len(), expected.len())?;
        for (found, expected) in rows.iter().zip(&expected) {
            let what = format!("a row, merged in another order by batches of up to {largest}");
            same(&what, found, expected)?;
            same("the row, read by its key", store.get(view, expected[..2].to_vec()).await?.as_ref(), Some(expected))?;
        }
    }
    Ok(())
}

pub(super) async fn a_column_that_nothing_was_merged_into_holds_nothing(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, LAWS).await?;
    let key = vec![text("a"), Value::Integer(1)];
    let mut columns = vec![None; LAWS.columns.len()];
    columns[2] = lift::<Max, i64>(Some(-5), 1)?;
    merged(&*store, vec![(generation, RowChange { view: LAWS.view, key: key.clone(), columns })]).await?;
    let Some(row) = store.get(LAWS.view, key).await? else {
        return Err(Broken::new("a row with one value", "a row", &None::<Vec<Value>>));
    };
    let values: Vec<_> = row.into_iter().skip(2).filter(|value| *value != Value::Null).collect();
    same("the values of a row with one value", values, [Value::Integer(-5)])
}

pub(super) async fn numbers_above_64_bits_are_kept(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, SMALL).await?;
    for more in [i64::MAX, i64::MAX, i64::MIN, -10] {
        merged(&*store, vec![(generation, small("a", more)?)]).await?;
    }
    same("a sum that was out of range on its way", total(&*store, "a").await?, Some(i64::MAX - 11))
}

pub(super) async fn values_of_every_type_are_read_as_they_were_merged(store: Arc<dyn Store>) -> Outcome {
    const TYPES: ViewSchema = ViewSchema {
        view: "types",
        key: &[KeyInfo::of::<Timestamp>("at"), KeyInfo::of::<bool>("yes")],
        columns: &[
            column::<Latest, Option<Vec<u8>>>("blob"),
            column::<Latest, Option<f64>>("real"),
            column::<Latest, Option<String>>("text"),
            column::<Latest, Option<i64>>("number"),
        ],
        filling: uuid::Uuid::nil(),
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
        same("the values of a row", store.get("types", key).await?, Some(expected))?;
    }
    Ok(())
}
