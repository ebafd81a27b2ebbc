//! The rows of views.

use super::MemoryStore;
use crate::{
    store::{
        BoxFuture, Claim, Claimed, DeadLetterFilter, Divided, Division, Generation, LaneCommit, LaneId, LaneOutcome,
        LaneProgress, Owner, Remedy, RowChange, ScanRange, StoreError, StoredDeadLetter, ViewSchema, ViewStore,
        error::unprepared,
    },
    view::Value,
};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
    ops::Bound,
    sync::Arc,
};
use uuid::Uuid;

/// The tables of all generations.
#[derive(Default)]
pub(super) struct Tables {
    /// The table of generation `n` has the index `n - 1`.
    tables: Vec<Table>,
    /// Which generation a schema fills.
    filled: HashMap<(&'static str, Uuid), Generation>,
    /// Which generation of a view is read: that of the schema that was prepared last.
    live: HashMap<&'static str, Generation>,
}

struct Table {
    schema: ViewSchema,
    rows: BTreeMap<RowKey, Cells>,
}

/// The cells of each column of a row.
type Cells = Vec<Vec<Value>>;

/// A row's key, in the order of rows.
#[derive(Clone)]
struct RowKey(Vec<Value>);

/// Rows that are merged but not yet visible.
pub(super) struct Merged(BTreeMap<(Generation, RowKey), Cells>);

impl Tables {
    fn prepare(&mut self, schema: ViewSchema) -> Generation {
        let view = schema.view;
        let tables = &mut self.tables;
        let generation = *self.filled.entry((view, schema.fingerprint())).or_insert_with(|| {
            tables.push(Table { schema, rows: BTreeMap::new() });
            Generation(tables.len() as u64)
        });
        self.live.insert(view, generation);
        generation
    }

    fn table(&self, generation: Generation) -> Option<&Table> {
        self.tables.get(usize::try_from(generation.0.checked_sub(1)?).ok()?)
    }

    fn live(&self, view: &str) -> Result<&Table, StoreError> {
        self.live.get(view).and_then(|generation| self.table(*generation)).ok_or_else(|| unprepared(view))
    }

    /// Merges `changes` with the rows that there are, without writing any.
    pub(super) fn merge(&self, changes: Vec<(Generation, RowChange)>) -> Result<Merged, StoreError> {
        let mut merged = BTreeMap::new();
        for (generation, change) in changes {
            let table = self
                .table(generation)
                .filter(|table| table.schema.view == change.view)
                .ok_or_else(|| unprepared(change.view))?;
            let key = RowKey(change.key);
            let stored = table.rows.get(&key);
            let row = merged
                .entry((generation, key))
                .or_insert_with(|| stored.cloned().unwrap_or_else(|| table.schema.empty_row()));
            table.schema.merge_row(row, change.columns);
        }
        Ok(Merged(merged))
    }

    /// Makes merged rows visible.
    pub(super) fn store(&mut self, merged: Merged) {
        for ((generation, key), row) in merged.0 {
            if let Some(table) = self.tables.get_mut(generation.0 as usize - 1) {
                table.rows.insert(key, row);
            }
        }
    }
}

impl Table {
    fn scan(&self, range: ScanRange) -> Vec<Vec<Value>> {
        let ScanRange { leading, after, limit } = range;
        // A shorter key comes before all longer ones that begin with it.
        let behind_after = after.map(RowKey);
        let from = match &behind_after {
            Some(after) if after.0.as_slice().order(&leading).is_ge() => Bound::Excluded(after.clone()),
            _ => Bound::Included(RowKey(leading.clone())),
        };
        self.rows
            .range((from, Bound::Unbounded))
            .take_while(|(key, _)| key.begins_with(&leading))
            .take(limit.unwrap_or(usize::MAX))
            .map(|(key, cells)| flat(key, cells))
            .collect()
    }
}

fn flat(key: &RowKey, cells: &Cells) -> Vec<Value> {
    key.0.iter().chain(cells.iter().flatten()).cloned().collect()
}

trait KeyOrder {
    fn order(&self, other: &[Value]) -> Ordering;
}

impl KeyOrder for [Value] {
    fn order(&self, other: &[Value]) -> Ordering {
        let pairs = self.iter().zip(other).map(|(a, b)| a.order(b));
        pairs.fold(Ordering::Equal, Ordering::then).then(self.len().cmp(&other.len()))
    }
}

impl RowKey {
    fn begins_with(&self, leading: &[Value]) -> bool {
        self.0.get(..leading.len()).is_some_and(|part| part.order(leading).is_eq())
    }
}

impl Ord for RowKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.order(&other.0)
    }
}

impl PartialOrd for RowKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for RowKey {}

impl PartialEq for RowKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl ViewStore for MemoryStore {
    fn prepare(&self, schemas: Vec<ViewSchema>) -> BoxFuture<'_, Result<Vec<Generation>, StoreError>> {
        Box::pin(async move {
            let tables = &mut self.state().tables;
            Ok(schemas.into_iter().map(|schema| tables.prepare(schema)).collect())
        })
    }

    fn divide(&self, division: Division) -> BoxFuture<'_, Result<Divided, StoreError>> {
        Box::pin(async move { Ok(self.state().lanes.divide(division)) })
    }

    fn progress(&self) -> BoxFuture<'_, Result<Vec<LaneProgress>, StoreError>> {
        Box::pin(async move { Ok(self.state().lanes.progress()) })
    }

    fn claim(&self, claim: Claim) -> BoxFuture<'_, Result<Claimed, StoreError>> {
        Box::pin(async move { Ok(self.state().lanes.claim(claim)) })
    }

    fn renew(
        &self,
        owner: Owner,
        lanes: Vec<(LaneId, u64)>,
        until: crate::Timestamp,
    ) -> BoxFuture<'_, Result<Vec<LaneId>, StoreError>> {
        Box::pin(async move { Ok(self.state().lanes.renew(owner, lanes, until)) })
    }

    fn release(&self, lanes: Vec<(LaneId, u64)>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.state().lanes.release(lanes);
            Ok(())
        })
    }

    fn commit(&self, commit: LaneCommit) -> BoxFuture<'_, Result<LaneOutcome, StoreError>> {
        Box::pin(async move {
            let state = &mut *self.state();
            if !state.lanes.accepts(&commit.moves) {
                return Ok(LaneOutcome::Refused);
            }
            let merged = state.tables.merge(commit.rows)?;
            state.tables.store(merged);
            state.lanes.apply(commit.moves);
            Ok(LaneOutcome::Committed)
        })
    }

    fn dead_letters(&self, filter: DeadLetterFilter) -> BoxFuture<'_, Result<Vec<StoredDeadLetter>, StoreError>> {
        Box::pin(async move { Ok(self.state().lanes.dead_letters(&filter)) })
    }

    fn remedy(
        &self,
        handler: Arc<str>,
        position: Option<u64>,
        remedy: Remedy,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move { Ok(self.state().lanes.remedy(&handler, position, remedy)) })
    }

    fn get(&self, view: &'static str, key: Vec<Value>) -> BoxFuture<'_, Result<Option<Vec<Value>>, StoreError>> {
        Box::pin(async move {
            let key = RowKey(key);
            let state = self.state();
            Ok(state.tables.live(view)?.rows.get(&key).map(|cells| flat(&key, cells)))
        })
    }

    fn scan(&self, view: &'static str, range: ScanRange) -> BoxFuture<'_, Result<Vec<Vec<Value>>, StoreError>> {
        Box::pin(async move { Ok(self.state().tables.live(view)?.scan(range)) })
    }
}
