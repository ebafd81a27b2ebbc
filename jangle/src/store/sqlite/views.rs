//! Views with the progress of their handlers: merging and reading.

use super::{
    SqliteStore, dead_letters, division,
    error::Result,
    job::{Done, Point},
    lanes, progress,
    tables::{Table, listed, prepare},
    value::{Bound, limit, quoted, values},
};
use crate::{
    Timestamp,
    store::{
        BoxFuture, Claim, Claimed, DeadLetterFilter, Divided, Division, Generation, LaneCommit, LaneId, LaneOutcome,
        LaneProgress, Owner, Remedy, RowChange, ScanRange, StoreError, StoredDeadLetter, ViewSchema, ViewStore,
    },
    view::Value,
};
use rusqlite::{Connection, params_from_iter};
use std::sync::Arc;

impl ViewStore for SqliteStore {
    fn prepare(&self, schemas: Vec<ViewSchema>) -> BoxFuture<'_, Result<Vec<Generation>, StoreError>> {
        Box::pin(async move {
            let work = move |transaction: &mut super::Transaction<'_>| {
                let tables: Result<Vec<_>> = schemas.into_iter().map(|schema| prepare(transaction, schema)).collect();
                tables.map(Done::Keep)
            };
            let tables = self.write(Point::OnDisk("prepare"), work).await?;
            let generations = tables.iter().map(|table| table.generation).collect();
            self.shared.catalogue.add(tables);
            Ok(generations)
        })
    }

    fn divide(&self, wished: Division) -> BoxFuture<'_, Result<Divided, StoreError>> {
        Box::pin(
            self.write(Point::Derived("divide"), move |transaction| {
                division::divide(transaction, wished).map(Done::Keep)
            }),
        )
    }

    fn progress(&self) -> BoxFuture<'_, Result<Vec<LaneProgress>, StoreError>> {
        Box::pin(self.read(progress::all))
    }

    fn claim(&self, claim: Claim) -> BoxFuture<'_, Result<Claimed, StoreError>> {
        Box::pin(
            self.write(Point::Derived("claim"), move |transaction| lanes::claim(transaction, claim).map(Done::Keep)),
        )
    }

    fn renew(
        &self,
        owner: Owner,
        lanes: Vec<(LaneId, u64)>,
        until: Timestamp,
    ) -> BoxFuture<'_, Result<Vec<LaneId>, StoreError>> {
        Box::pin(self.write(Point::Derived("renew"), move |transaction| {
            lanes::renew(transaction.connection, owner, lanes, until).map(Done::Keep)
        }))
    }

    fn release(&self, lanes: Vec<(LaneId, u64)>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(Point::Derived("release"), move |transaction| {
            lanes::release(transaction.connection, &lanes).map(Done::Keep)
        }))
    }

    fn commit(&self, commit: LaneCommit) -> BoxFuture<'_, Result<LaneOutcome, StoreError>> {
        Box::pin(async move {
            let LaneCommit { moves, rows } = commit;
            let rows = rows.into_iter().map(|(generation, change)| {
                let table = self.shared.catalogue.table(change.view, generation);
                table.map(|table| (table, change))
            });
            let rows: Vec<(Arc<Table>, RowChange)> = rows.collect::<Result<_, StoreError>>()?;
            let work = move |transaction: &mut super::Transaction<'_>| {
                if !progress::carry_out(transaction.connection, moves)? {
                    return Ok(Done::Undo(LaneOutcome::Refused));
                }
                for (table, change) in rows {
                    merge(transaction.connection, &table, change)?;
                }
                Ok(Done::Keep(LaneOutcome::Committed))
            };
            self.write(Point::Derived("progress"), work).await
        })
    }

    fn dead_letters(&self, filter: DeadLetterFilter) -> BoxFuture<'_, Result<Vec<StoredDeadLetter>, StoreError>> {
        Box::pin(self.read(move |connection| dead_letters::list(connection, &filter)))
    }

    fn remedy(
        &self,
        handler: Arc<str>,
        position: Option<u64>,
        remedy: Remedy,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.write(Point::OnDisk("remedy"), move |transaction| {
            dead_letters::remedy(transaction.connection, &handler, position, remedy).map(Done::Keep)
        }))
    }

    fn get(&self, view: &'static str, key: Vec<Value>) -> BoxFuture<'_, Result<Option<Vec<Value>>, StoreError>> {
        Box::pin(async move {
            let table = self.shared.catalogue.live(view)?;
            self.read(move |connection| get(connection, &table, &key)).await
        })
    }

    fn scan(&self, view: &'static str, range: ScanRange) -> BoxFuture<'_, Result<Vec<Vec<Value>>, StoreError>> {
        Box::pin(async move {
            let table = self.shared.catalogue.live(view)?;
            self.read(move |connection| scan(connection, &table, &range)).await
        })
    }
}

/// Merges `change` into its row, by the laws of the columns.
fn merge(connection: &Connection, table: &Table, change: RowChange) -> Result<()> {
    let mut row = table.schema.empty_row();
    if let Some(stored) = get(connection, table, &change.key)? {
        let mut stored = stored.into_iter().skip(change.key.len());
        row.iter_mut().flatten().zip(&mut stored).for_each(|(cell, stored)| *cell = stored);
    }
    table.schema.merge_row(&mut row, change.columns);
    let values = change.key.iter().chain(row.iter().flatten()).map(Bound);
    connection.prepare_cached(&table.upsert)?.execute(params_from_iter(values))?;
    Ok(())
}

fn get(connection: &Connection, table: &Table, key: &[Value]) -> Result<Option<Vec<Value>>> {
    let mut statement = connection.prepare_cached(&table.select)?;
    let mut rows = statement.query(params_from_iter(key.iter().map(Bound)))?;
    rows.next()?.map(|row| values(row, table.width)).transpose()
}

fn scan(connection: &Connection, table: &Table, range: &ScanRange) -> Result<Vec<Vec<Value>>> {
    let keys: Vec<_> = table.schema.key.iter().map(|key| quoted(key.name)).collect();
    let mut conditions: Vec<_> = keys.iter().zip(&range.leading).map(|(key, _)| format!("{key} = ?")).collect();
    let after = range.after.as_deref().unwrap_or_default();
    if !after.is_empty() {
        let places = listed(after.iter().map(|_| "?".to_owned()));
        conditions.push(format!("({}) > ({places})", keys.join(", ")));
    }
    let narrowed = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    let sql = format!("{}{narrowed} ORDER BY {} LIMIT ?", table.scan, keys.join(", "));
    let rows = Value::Integer(limit(range.limit.unwrap_or(usize::MAX)));
    let parameters = range.leading.iter().chain(after).chain([&rows]).map(Bound);
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_and_then(params_from_iter(parameters), |row| values(row, table.width))?.collect()
}
