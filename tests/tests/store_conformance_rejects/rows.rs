//! Faults of rows.

use jangle::{
    MemoryStore,
    store::{Generation, LaneCommit, LaneOutcome, RowChange, ScanRange, ViewSchema, ViewStore},
    view::{ColumnInfo, Value},
};
use jangle_tests::planted::{Answer, Fault};
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use uuid::Uuid;

type Outcome<'a> = Answer<'a, LaneOutcome>;

/// Rows are stored before the progress is looked at.
struct RowsWithoutProgress;

impl Fault for RowsWithoutProgress {
    fn commit<'a>(&'a self, right: &'a MemoryStore, commit: LaneCommit) -> Outcome<'a> {
        Box::pin(async move {
            right.commit(LaneCommit { moves: vec![], rows: commit.rows }).await?;
            right.commit(LaneCommit { moves: commit.moves, rows: vec![] }).await
        })
    }
}

/// Progress is stored before the rows.
struct ProgressWithoutRows;

impl Fault for ProgressWithoutRows {
    fn commit<'a>(&'a self, right: &'a MemoryStore, commit: LaneCommit) -> Outcome<'a> {
        Box::pin(async move {
            match right.commit(LaneCommit { moves: commit.moves, rows: vec![] }).await? {
                LaneOutcome::Committed => right.commit(LaneCommit { moves: vec![], rows: commit.rows }).await,
                LaneOutcome::Refused => Ok(LaneOutcome::Refused),
            }
        })
    }
}

/// A change replaces what is there.
struct Overwrites;

impl Fault for Overwrites {
    fn prepare<'a>(&'a self, right: &'a MemoryStore, mut schemas: Vec<ViewSchema>) -> Answer<'a, Vec<Generation>> {
        let overwrite = |column: &ColumnInfo| ColumnInfo {
            name: column.name,
            law: column.law,
            cells: column.cells,
            merge: |cells, more| cells.clone_from_slice(more),
        };
        for schema in &mut schemas {
            schema.columns = Vec::leak(schema.columns.iter().map(overwrite).collect());
        }
        right.prepare(schemas)
    }
}

/// A view has one table, whatever its columns.
#[derive(Default)]
struct MixesGenerations(Mutex<HashMap<&'static str, ViewSchema>>);

impl Fault for MixesGenerations {
    fn prepare<'a>(&'a self, right: &'a MemoryStore, schemas: Vec<ViewSchema>) -> Answer<'a, Vec<Generation>> {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        right.prepare(schemas.into_iter().map(|one| first.entry(one.view).or_insert(one).clone()).collect())
    }
}

/// What is wrong with a scan.
#[derive(Clone, Copy)]
enum Scans {
    Backwards,
    WithoutLeading,
    From,
}

impl Fault for Scans {
    fn scan<'a>(
        &'a self,
        right: &'a MemoryStore,
        view: &'static str,
        mut range: ScanRange,
    ) -> Answer<'a, Vec<Vec<Value>>> {
        Box::pin(async move {
            match self {
                Self::Backwards => {
                    let mut rows = right.scan(view, ScanRange { limit: None, ..range.clone() }).await?;
                    rows.reverse();
                    rows.truncate(range.limit.unwrap_or(usize::MAX));
                    Ok(rows)
                }
                Self::WithoutLeading => {
                    range.leading.clear();
                    right.scan(view, range).await
                }
                Self::From => {
                    let first = range.after.as_ref().map(|key| right.get(view, key.clone()));
                    let first = match first {
                        Some(row) => row.await?,
                        None => None,
                    };
                    let rows = right.scan(view, range).await?;
                    Ok(first.into_iter().chain(rows).collect())
                }
            }
        })
    }
}

/// Other rows are stored than were given.
struct Takes(fn(&mut Vec<(Generation, RowChange)>));

impl Fault for Takes {
    fn commit<'a>(&'a self, right: &'a MemoryStore, mut commit: LaneCommit) -> Outcome<'a> {
        (self.0)(&mut commit.rows);
        right.commit(commit)
    }
}

/// Values are read otherwise than they were merged.
struct Reads(fn(&mut Value));

impl Fault for Reads {
    fn get<'a>(
        &'a self,
        right: &'a MemoryStore,
        view: &'static str,
        key: Vec<Value>,
    ) -> Answer<'a, Option<Vec<Value>>> {
        Box::pin(async move {
            let mut row = right.get(view, key).await?;
            row.iter_mut().flatten().for_each(self.0);
            Ok(row)
        })
    }
}

/// Each preparation begins a generation.
#[derive(Default)]
struct AlwaysNew(AtomicU64);

impl Fault for AlwaysNew {
    fn prepare<'a>(&'a self, right: &'a MemoryStore, schemas: Vec<ViewSchema>) -> Answer<'a, Vec<Generation>> {
        let more = self.0.fetch_add(10, Ordering::SeqCst);
        Box::pin(async move {
            let generations = right.prepare(schemas).await?;
            Ok(generations.into_iter().map(|generation| Generation(generation.0 + more)).collect())
        })
    }
}

/// The first schema of a view stays the one that is read.
#[derive(Default)]
struct NeverBack(Mutex<HashSet<(&'static str, Uuid)>>);

impl Fault for NeverBack {
    fn prepare<'a>(&'a self, right: &'a MemoryStore, schemas: Vec<ViewSchema>) -> Answer<'a, Vec<Generation>> {
        Box::pin(async move {
            let generations = right.prepare(schemas.clone()).await?;
            let is_new = |schema: &ViewSchema| {
                let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                seen.insert((schema.view, schema.fingerprint()))
            };
            // One that was there before is not read again.
            let again: Vec<_> = schemas.into_iter().filter(|schema| !is_new(schema)).collect();
            let other: Vec<_> = again.iter().map(|schema| ViewSchema { columns: &[], ..schema.clone() }).collect();
            right.prepare(other).await?;
            Ok(generations)
        })
    }
}

/// A view without a table is empty.
struct Lenient;

impl Fault for Lenient {
    fn get<'a>(
        &'a self,
        right: &'a MemoryStore,
        view: &'static str,
        key: Vec<Value>,
    ) -> Answer<'a, Option<Vec<Value>>> {
        Box::pin(async move { Ok(right.get(view, key).await.unwrap_or_default()) })
    }
}

finds! {
    rows_without_progress: RowsWithoutProgress =>
        rows_of_a_refused_commit_are_not_stored, rows_and_progress_are_stored_together;
    progress_without_rows: ProgressWithoutRows => a_commit_that_fails_moves_nothing;
    rows_of_the_last_writer: Overwrites => rows_are_the_same_in_any_order_and_batching, numbers_above_64_bits_are_kept;
    generations_that_are_mixed: MixesGenerations::default() => another_schema_begins_a_new_generation;
    a_generation_each_time: AlwaysNew::default() => the_same_schema_has_the_same_generation;
    a_generation_that_is_not_found_again: NeverBack::default() => an_earlier_schema_finds_its_rows_again;
    a_view_without_a_table_that_is_empty: Lenient => a_view_that_was_not_prepared_is_an_error;
    rows_of_the_first_view_only: Takes(|rows| rows.truncate(1)) => rows_of_several_views_are_stored_together;
    rows_with_columns_only: Takes(|rows| rows.retain(|(_, row)| !row.columns.is_empty())) =>
        a_row_may_have_a_key_and_nothing_else;
    zero_for_nothing: Reads(|value| if *value == Value::Null { *value = Value::Integer(0) }) =>
        a_column_that_nothing_was_merged_into_holds_nothing;
    numbers_of_single_precision: Reads(|value| if let Value::Real(number) = value { *number = f64::from(*number as f32) }) =>
        values_of_every_type_are_read_as_they_were_merged;
    a_scan_in_another_order: Scans::Backwards =>
        rows_are_scanned_in_the_order_of_their_keys, text_keys_are_ordered_by_their_bytes;
    a_scan_of_all_keys: Scans::WithoutLeading => a_scan_is_narrowed_by_the_beginning_of_the_key;
    a_scan_that_begins_with_the_key_before: Scans::From => a_scan_goes_on_behind_a_key;
}
