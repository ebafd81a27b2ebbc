//! The tables of views.

use super::{error::Result, job::Transaction, value::quoted};
use crate::{
    store::{Generation, StoreError, ViewSchema, error::unprepared},
    view::ValueType,
};
use rusqlite::{Connection, OptionalExtension, params};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};
use uuid::Uuid;

/// The tables that were prepared.
#[derive(Default)]
pub(super) struct Catalogue(RwLock<Prepared>);

#[derive(Default)]
struct Prepared {
    tables: HashMap<Generation, Arc<Table>>,
    /// The table of a view that is read: that of the schema that was prepared last.
    live: HashMap<&'static str, Arc<Table>>,
}

/// One generation's table, and the statements on it.
pub(super) struct Table {
    pub(super) schema: ViewSchema,
    pub(super) generation: Generation,
    /// Reads the cells of the row with a key.
    pub(super) select: String,
    /// Writes a row.
    pub(super) upsert: String,
    /// Reads whole rows; what narrows it follows.
    pub(super) scan: String,
    /// How many columns are stored.
    pub(super) width: usize,
}

impl Catalogue {
    pub(super) fn add(&self, tables: Vec<Table>) {
        let mut prepared = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for table in tables {
            let table = Arc::new(table);
            prepared.tables.insert(table.generation, Arc::clone(&table));
            prepared.live.insert(table.schema.view, table);
        }
    }

    /// The table that rows of `view` in `generation` are merged into.
    pub(super) fn table(&self, view: &str, generation: Generation) -> Result<Arc<Table>, StoreError> {
        let prepared = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let table = prepared.tables.get(&generation).filter(|table| table.schema.view == view);
        table.cloned().ok_or_else(|| unprepared(view))
    }

    /// The table that `view` is read from.
    pub(super) fn live(&self, view: &str) -> Result<Arc<Table>, StoreError> {
        let prepared = self.0.read().unwrap_or_else(PoisonError::into_inner);
        prepared.live.get(view).cloned().ok_or_else(|| unprepared(view))
    }
}

/// The table that `schema` fills, which is made if it is not there.
pub(super) fn prepare(transaction: &mut Transaction<'_>, schema: ViewSchema) -> Result<Table> {
    let connection = transaction.connection;
    let fingerprint = schema.fingerprint();
    let (generation, name) = match find(connection, &schema, fingerprint)? {
        Some(found) => found,
        None => create(transaction, &schema, fingerprint)?,
    };
    let view = view_sql(&schema, &name);
    if stored_view(connection, schema.view)?.as_deref() != Some(&view) {
        transaction.changed_schema = true;
        connection.execute_batch(&format!("DROP VIEW IF EXISTS {}; {view}", quoted(schema.view)))?;
    }
    Ok(Table::new(schema, Generation(generation), &name))
}

fn find(connection: &Connection, schema: &ViewSchema, fingerprint: Uuid) -> Result<Option<(u64, String)>> {
    let mut statement = connection.prepare_cached(
        "SELECT generation, table_name FROM jangle_generations WHERE view = ?1 AND fingerprint = ?2 AND live = 1",
    )?;
    let mut rows = statement.query(params![schema.view, fingerprint.as_bytes()])?;
    rows.next()?.map(|row| Ok((super::value::number(row, 0)?, row.get(1)?))).transpose()
}

fn create(transaction: &mut Transaction<'_>, schema: &ViewSchema, fingerprint: Uuid) -> Result<(u64, String)> {
    let connection = transaction.connection;
    // AUTOINCREMENT gives this number only once; the name has to be known with it.
    let last: Option<i64> = connection
        .query_row("SELECT seq FROM sqlite_sequence WHERE name = 'jangle_generations'", [], |row| row.get(0))
        .optional()?;
    let generation = u64::try_from(last.unwrap_or(0)).unwrap_or(0) + 1;
    let [a, b, c, d, ..] = *fingerprint.as_bytes();
    let name = format!("view_{}_{a:02x}{b:02x}{c:02x}{d:02x}_{generation}", schema.view);
    connection.execute(
        "INSERT INTO jangle_generations (generation, view, fingerprint, table_name, live) VALUES (?1, ?2, ?3, ?4, 1)",
        params![super::value::stored(generation), schema.view, fingerprint.as_bytes(), name],
    )?;
    transaction.changed_schema = true;
    connection.execute_batch(&table_sql(schema, &name))?;
    Ok((generation, name))
}

fn stored_view(connection: &Connection, view: &str) -> Result<Option<String>> {
    let sql = "SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = ?1";
    Ok(connection.query_row(sql, [view], |row| row.get(0)).optional()?)
}

fn table_sql(schema: &ViewSchema, name: &str) -> String {
    let types = schema
        .key
        .iter()
        .map(|key| (key.of, " NOT NULL"))
        .chain(schema.columns.iter().flat_map(|column| column.cells.iter().map(|cell| (cell.of, ""))));
    let columns: String = schema
        .stored_columns()
        .zip(types)
        .map(|(column, (of, rest))| format!("{} {}{rest}, ", quoted(&column), sql_type(of)))
        .collect();
    let key = listed(schema.key.iter().map(|key| quoted(key.name)));
    format!("CREATE TABLE {} ({columns}PRIMARY KEY ({key})) STRICT, WITHOUT ROWID", quoted(name))
}

fn sql_type(of: ValueType) -> &'static str {
    match of {
        ValueType::Integer => "INTEGER",
        ValueType::Real => "REAL",
        ValueType::Text => "TEXT",
        ValueType::Blob => "BLOB",
    }
}

/// What people and their tools see: keys and values, and no value where it does not fit into 64 bits.
fn view_sql(schema: &ViewSchema, table: &str) -> String {
    let keys = schema.key.iter().map(|key| quoted(key.name));
    let values = schema.columns.iter().filter(|column| column.cells.iter().any(|cell| cell.suffix.is_empty()));
    let values = values.map(|column| {
        let name = quoted(column.name);
        if column.cells.iter().any(|cell| cell.suffix == "carry") {
            let carry = quoted(&format!("{}__carry", column.name));
            format!("CASE WHEN {carry} = 0 THEN {name} END AS {name}")
        } else {
            name
        }
    });
    format!("CREATE VIEW {} AS SELECT {} FROM {}", quoted(schema.view), listed(keys.chain(values)), quoted(table))
}

/// With commas between.
pub(super) fn listed(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().collect::<Vec<_>>().join(", ")
}

impl Table {
    fn new(schema: ViewSchema, generation: Generation, name: &str) -> Self {
        let columns: Vec<_> = schema.stored_columns().map(|column| quoted(&column)).collect();
        let keys = schema.key.len();
        let table = quoted(name);
        let all = columns.join(", ");
        let places = listed((1..=columns.len()).map(|place| format!("?{place}")));
        let key = columns[..keys].join(", ");
        let matches: Vec<_> = columns[..keys].iter().zip(1..).map(|(key, place)| format!("{key} = ?{place}")).collect();
        let matches = matches.join(" AND ");
        let sets = listed(columns[keys..].iter().map(|cell| format!("{cell} = excluded.{cell}")));
        let update = if sets.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {sets}") };
        Self {
            select: format!("SELECT {all} FROM {table} WHERE {matches}"),
            upsert: format!("INSERT INTO {table} ({all}) VALUES ({places}) ON CONFLICT ({key}) DO {update}"),
            scan: format!("SELECT {all} FROM {table}"),
            width: columns.len(),
            schema,
            generation,
        }
    }
}
