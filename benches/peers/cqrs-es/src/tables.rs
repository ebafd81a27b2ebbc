//! The tables that sqlite-es leaves to its users, as its own migration has them.

use peer::Failure;
use sqlx::SqlitePool;

const EVENTS: &str = "CREATE TABLE events (
    aggregate_type text NOT NULL,
    aggregate_id text NOT NULL,
    sequence integer CHECK (sequence >= 0) NOT NULL,
    event_type text NOT NULL,
    event_version text NOT NULL,
    payload text NOT NULL,
    metadata text NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id, sequence)
) STRICT";

const SNAPSHOTS: &str = "CREATE TABLE snapshots (
    aggregate_type text NOT NULL,
    aggregate_id text NOT NULL,
    last_sequence integer CHECK (last_sequence >= 0) NOT NULL,
    current_snapshot integer CHECK (current_snapshot >= 0) NOT NULL,
    payload text NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id, last_sequence)
) STRICT";

pub(crate) async fn create(pool: &SqlitePool, view: &str) -> Result<(), Failure> {
    let view = format!(
        "CREATE TABLE {view} (
            view_id text NOT NULL,
            version integer CHECK (version >= 0) NOT NULL,
            payload text NOT NULL,
            PRIMARY KEY (view_id)
        ) STRICT"
    );
    for table in [EVENTS, SNAPSHOTS, &view] {
        sqlx::query(table).execute(pool).await?;
    }
    Ok(())
}
