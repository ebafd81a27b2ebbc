//! Rows, and the progress that is stored with them.

use super::{
    kit::{claim, committed, found, lane, owned, owner, refused, step},
    violation::{Broken, Outcome, holds, same},
};
use crate::{
    StoreError,
    store::{Generation, LaneCommit, LaneId, RowChange, ScanRange, Store, ViewSchema},
    view::{
        Column, ColumnInfo, KeyInfo, Value,
        law::{Count, Law, Place, Sum},
    },
};
use std::sync::Arc;

pub(super) const fn column<L: Law<T>, T: Column>(name: &'static str) -> ColumnInfo {
    ColumnInfo { name, law: L::NAME, cells: L::CELLS, merge: L::merge }
}

pub(super) const SMALL: ViewSchema = ViewSchema {
    view: "small",
    key: &[KeyInfo::of::<String>("id")],
    columns: &[column::<Sum, i64>("total")],
    filling: uuid::Uuid::nil(),
};

const SMALL_AS_COUNT: ViewSchema = ViewSchema {
    view: "small",
    key: &[KeyInfo::of::<String>("id")],
    columns: &[column::<Count, i64>("total")],
    filling: uuid::Uuid::nil(),
};

const OTHER: ViewSchema = ViewSchema { view: "other", ..SMALL };

pub(super) fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// The cells of one value.
pub(super) fn lift<L: Law<T>, T: Column>(value: Option<T::Bare>, position: u64) -> Outcome<Option<Vec<Value>>> {
    Ok(Some(L::lift(value, &Place { position, handler: "h", nth: 0 })?))
}

/// `more` for the row `id` of [`SMALL`].
pub(super) fn small(id: &str, more: i64) -> Outcome<RowChange> {
    Ok(RowChange { view: "small", key: vec![text(id)], columns: vec![lift::<Sum, i64>(Some(more), 1)?] })
}

/// What the row `id` of [`SMALL`] sums up to; none where there is no row.
pub(super) async fn total(store: &dyn Store, id: &str) -> Outcome<Option<i64>> {
    let row = store.get("small", vec![text(id)]).await?;
    let read = |row: Vec<Value>| <Sum as Law<i64>>::read(row.get(1..).unwrap_or_default());
    Ok(row.map(read).transpose()?)
}

pub(super) async fn merged(store: &dyn Store, rows: Vec<(Generation, RowChange)>) -> Outcome {
    committed(store, "a commit of rows only", vec![], rows).await
}

pub(super) async fn prepared(store: &dyn Store, schema: ViewSchema) -> Outcome<Generation> {
    let generations = store.prepare(vec![schema]).await?;
    match generations[..] {
        [generation] if generation != Generation::NONE => Ok(generation),
        _ => Err(Broken::new("the preparation of one schema", "one generation above 0", &generations)),
    }
}

pub(super) async fn the_same_schema_has_the_same_generation(store: Arc<dyn Store>) -> Outcome {
    let first = store.prepare(vec![OTHER, SMALL]).await?;
    let [other, small] = first[..] else {
        return holds("the preparation of two schemas", "two generations", &first, false);
    };
    let are_own = other != small && other != Generation::NONE && small != Generation::NONE;
    holds("the generations of two views", "two different ones above 0", &first, are_own)?;
    same("the generations in another order", store.prepare(vec![SMALL, OTHER]).await?, [small, other])
}

pub(super) async fn another_schema_begins_a_new_generation(store: Arc<dyn Store>) -> Outcome {
    let old = prepared(&*store, SMALL).await?;
    merged(&*store, vec![(old, small("a", 1)?)]).await?;
    let new = prepared(&*store, SMALL_AS_COUNT).await?;
    holds("the generations of two schemas of one view", "the later one is higher", &(old, new), new > old)?;
    same("a row of the old generation, read in the new one", store.get("small", vec![text("a")]).await?, None)?;
    merged(&*store, vec![(old, small("b", 1)?)]).await?;
    let rows = store.scan("small", ScanRange::default()).await?;
    same("the rows of the new generation after a merge into the old one", rows.len(), 0)
}

pub(super) async fn an_earlier_schema_finds_its_rows_again(store: Arc<dyn Store>) -> Outcome {
    let old = prepared(&*store, SMALL).await?;
    merged(&*store, vec![(old, small("a", 1)?)]).await?;
    prepared(&*store, SMALL_AS_COUNT).await?;
    same("the generation of the schema that was there before", prepared(&*store, SMALL).await?, old)?;
    same("its row", total(&*store, "a").await?, Some(1))
}

pub(super) async fn a_view_that_was_not_prepared_is_an_error(store: Arc<dyn Store>) -> Outcome {
    let other = prepared(&*store, OTHER).await?;
    fails("a row of a view that was not prepared", store.get("small", vec![text("a")]).await)?;
    fails("a scan of a view that was not prepared", store.scan("small", ScanRange::default()).await)?;
    for generation in [other, Generation(99), Generation::NONE] {
        let commit = LaneCommit { moves: vec![], rows: vec![(generation, small("a", 1)?)] };
        fails("a merge into a generation that is not the view's", store.commit(commit).await)?;
    }
    Ok(())
}

fn fails<T: std::fmt::Debug>(what: &str, answer: Result<T, StoreError>) -> Outcome {
    holds(what, "an error", &answer, answer.is_err())
}

pub(super) async fn rows_and_progress_are_stored_together(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, SMALL).await?;
    let lane = LaneId { generation, ..lane("h") };
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    for (from, to, expected) in [(0, 2, 5), (2, 3, 10)] {
        let moves = vec![step(&lane, epoch, from, to)];
        let rows = vec![(generation, small("a", 5)?)];
        committed(&*store, "a commit of a row and a move", moves.clone(), rows.clone()).await?;
        same("the row after a commit", total(&*store, "a").await?, Some(expected))?;
        refused(&*store, "the same commit again", moves, rows).await?;
        same("the row after the same commit again", total(&*store, "a").await?, Some(expected))?;
    }
    same("the checkpoint", found(&*store, &lane).await?.checkpoint, 3)
}

pub(super) async fn rows_of_a_refused_commit_are_not_stored(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, SMALL).await?;
    let lane = LaneId { generation, ..lane("h") };
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    for (what, epoch, from) in [("of another epoch", epoch + 1, 0), ("from another checkpoint", epoch, 1)] {
        let rows = vec![(generation, small("a", 5)?)];
        refused(&*store, &format!("a move {what}"), vec![step(&lane, epoch, from, 2)], rows).await?;
        same(&format!("the row of a move {what}"), total(&*store, "a").await?, None)?;
    }
    Ok(())
}

pub(super) async fn rows_of_several_views_are_stored_together(store: Arc<dyn Store>) -> Outcome {
    let (other, generation) = (prepared(&*store, OTHER).await?, prepared(&*store, SMALL).await?);
    let change = RowChange { view: "other", ..small("a", 1)? };
    merged(&*store, vec![(other, change), (generation, small("a", 1)?)]).await?;
    let row = store.get("other", vec![text("a")]).await?;
    holds("the row of the first view", "a row", &row, row.is_some())?;
    same("the row of the second view", total(&*store, "a").await?, Some(1))
}

pub(super) async fn a_commit_that_fails_moves_nothing(store: Arc<dyn Store>) -> Outcome {
    let generation = prepared(&*store, SMALL).await?;
    let lane = LaneId { generation, ..lane("h") };
    let epoch = owned(&*store, claim(&lane, owner())).await?;
    let unprepared = RowChange { view: "other", ..small("a", 1)? };
    let rows = vec![(generation, small("a", 1)?), (generation, unprepared)];
    let commit = LaneCommit { moves: vec![step(&lane, epoch, 0, 2)], rows };
    fails("a commit with a row of a view that was not prepared", store.commit(commit).await)?;
    same("the other row of a commit that failed", total(&*store, "a").await?, None)?;
    same("the checkpoint after a commit that failed", found(&*store, &lane).await?.checkpoint, 0)
}

pub(super) async fn a_row_may_have_a_key_and_nothing_else(store: Arc<dyn Store>) -> Outcome {
    const NAMES: ViewSchema =
        ViewSchema { view: "names", key: &[KeyInfo::of::<String>("name")], columns: &[], filling: uuid::Uuid::nil() };
    let generation = prepared(&*store, NAMES).await?;
    for _ in 0..2 {
        let row = RowChange { view: "names", key: vec![text("a")], columns: vec![] };
        merged(&*store, vec![(generation, row)]).await?;
    }
    same("the rows after merging one twice", store.scan("names", ScanRange::default()).await?, [[text("a")]])
}
