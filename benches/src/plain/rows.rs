//! The rows of one command.

use crate::{Failure, workload::CENTS};
use jangle::{
    CommandId, Metadata,
    store::{StreamId, partition_of},
};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

const AGGREGATE: &str = "account";
const COMMAND: &str = "deposit";
const EVENT: &str = "deposited";

/// What a client makes of one command before it needs the database.
#[derive(Debug)]
pub(super) struct Rows {
    account: String,
    command_id: CommandId,
    hash: Uuid,
    event_id: Uuid,
    partition: u8,
    payload: String,
    metadata: String,
    recorded_at: i64,
}

#[derive(Debug, Serialize)]
struct Deposit<'a> {
    account: &'a str,
    cents: i64,
}

#[derive(Debug, Serialize)]
struct Deposited {
    cents: i64,
}

impl Rows {
    /// The rows of a deposit.
    pub(super) fn deposit(account: String) -> Result<Self, Failure> {
        let command_id = CommandId::new();
        let command = serde_json::to_string(&Deposit { account: &account, cents: CENTS })?;
        let mut metadata = Metadata::default();
        metadata.correlation = Some(command_id.to_string());
        metadata.command_id = Some(command_id);
        Ok(Self {
            command_id,
            hash: Uuid::new_v5(&Uuid::NAMESPACE_OID, command.as_bytes()),
            event_id: Uuid::now_v7(),
            partition: partition_of(&StreamId::new(AGGREGATE, account.as_str())),
            payload: serde_json::to_string(&Deposited { cents: CENTS })?,
            metadata: serde_json::to_string(&metadata)?,
            recorded_at: i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros())?,
            account,
        })
    }

    /// Reads the account's version and inserts the event and the receipt, in the transaction of `connection`.
    pub(super) fn insert(&self, connection: &Connection) -> Result<(), rusqlite::Error> {
        let version = self.version(connection)? + 1;
        let position = self.insert_event(connection, version)?;
        let mut receipt = connection.prepare_cached(
            "INSERT INTO jangle_receipts (command_id, command, aggregate_type, aggregate_id, hash, outcome, version,
                 position, events, recorded_at)
             VALUES (?1, ?2, ?3, ?4, ?5, 'accepted', ?6, ?7, ?8, ?9)",
        )?;
        receipt.execute(params![
            self.command_id.as_uuid().as_bytes(),
            COMMAND,
            AGGREGATE,
            self.account,
            self.hash.as_bytes(),
            version,
            position,
            format!("[{position}]"),
            self.recorded_at,
        ])?;
        Ok(())
    }

    fn version(&self, connection: &Connection) -> Result<i64, rusqlite::Error> {
        let mut statement = connection.prepare_cached(
            "SELECT version FROM jangle_events WHERE aggregate_type = ?1 AND aggregate_id = ?2
             ORDER BY version DESC LIMIT 1",
        )?;
        let version = statement.query_row(params![AGGREGATE, self.account], |row| row.get(0)).optional()?;
        Ok(version.unwrap_or(0))
    }

    fn insert_event(&self, connection: &Connection, version: i64) -> Result<i64, rusqlite::Error> {
        let mut statement = connection.prepare_cached(
            "INSERT INTO jangle_events (event_id, aggregate_type, aggregate_id, version, partition, name,
                 schema_version, payload, metadata, recorded_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?9)",
        )?;
        statement.insert(params![
            self.event_id.as_bytes(),
            AGGREGATE,
            self.account,
            version,
            self.partition,
            EVENT,
            self.payload,
            self.metadata,
            self.recorded_at,
        ])
    }
}
