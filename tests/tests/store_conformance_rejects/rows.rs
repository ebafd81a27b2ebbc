//! Faults of rows.

use crate::is_found;
use jangle::{
    MemoryStore,
    store::{BoxFuture, LaneCommit, LaneOutcome, ScanRange, StoreError, ViewSchema, ViewStore},
    view::{ColumnInfo, Value},
};
use jangle_tests::planted::Fault;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

const EXACTLY_ONCE: &str = "7, exactly once";
const ANY_ORDER: &str = "10, any order";

type Outcome<'a> = BoxFuture<'a, Result<LaneOutcome, StoreError>>;

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

#[tokio::test]
async fn rows_without_progress() {
    is_found(RowsWithoutProgress, "rows_of_a_refused_commit_are_not_stored", EXACTLY_ONCE).await;
    is_found(RowsWithoutProgress, "rows_and_progress_are_stored_together", EXACTLY_ONCE).await;
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

#[tokio::test]
async fn progress_without_rows() {
    is_found(ProgressWithoutRows, "a_commit_that_fails_moves_nothing", EXACTLY_ONCE).await;
}

/// A change replaces what is there.
struct Overwrites;

impl Fault for Overwrites {
    fn schema(&self, schema: ViewSchema) -> ViewSchema {
        let overwrite = |column: &ColumnInfo| ColumnInfo {
            name: column.name,
            law: column.law,
            cells: column.cells,
            merge: |cells, more| cells.clone_from_slice(more),
        };
        let columns: Vec<_> = schema.columns.iter().map(overwrite).collect();
        ViewSchema { columns: Vec::leak(columns), ..schema }
    }
}

#[tokio::test]
async fn rows_of_the_last_writer() {
    is_found(Overwrites, "rows_are_the_same_in_any_order_and_batching", ANY_ORDER).await;
    is_found(Overwrites, "numbers_above_64_bits_are_kept", ANY_ORDER).await;
}

/// A view has one table, whatever its columns.
#[derive(Default)]
struct MixesGenerations(Mutex<HashMap<&'static str, ViewSchema>>);

impl Fault for MixesGenerations {
    fn schema(&self, schema: ViewSchema) -> ViewSchema {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        first.entry(schema.view).or_insert(schema).clone()
    }
}

#[tokio::test]
async fn generations_that_are_mixed() {
    is_found(MixesGenerations::default(), "another_schema_begins_a_new_generation", EXACTLY_ONCE).await;
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
    ) -> BoxFuture<'a, Result<Vec<Vec<Value>>, StoreError>> {
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

#[tokio::test]
async fn a_scan_in_another_order() {
    is_found(Scans::Backwards, "rows_are_scanned_in_the_order_of_their_keys", ANY_ORDER).await;
    is_found(Scans::Backwards, "text_keys_are_ordered_by_their_bytes", ANY_ORDER).await;
}

#[tokio::test]
async fn a_scan_of_other_keys() {
    is_found(Scans::WithoutLeading, "a_scan_is_narrowed_by_the_beginning_of_the_key", ANY_ORDER).await;
    is_found(Scans::From, "a_scan_goes_on_behind_a_key", ANY_ORDER).await;
}
