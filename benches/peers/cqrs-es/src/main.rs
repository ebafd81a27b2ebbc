//! cqrs-es with its store sqlite-es, in its own words.
//!
//! Its default pool is not durable when the power fails (`synchronous=NORMAL`); here it is FULL. Everything else is its
//! default, with a snapshot each 50 events, so that a long stream is not replayed for each command.

mod account;
mod tables;

use account::{Account, Balance, Deposit, Deposited};
use cqrs_es::{
    AggregateError, EventEnvelope, Query,
    persist::{GenericQuery, PersistedEventRepository, QueryReplay, SerializedEvent},
};
use peer::{BUSY_LIMIT, CENTS, Failure, Outcome, Peer};
use sqlite_es::{SqliteCqrs, SqliteEventRepository, SqliteViewRepository, sqlite_snapshot_cqrs};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    path::Path,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Connections, as its default pool has.
const CONNECTIONS: u32 = 10;

/// Events between two snapshots.
const SNAPSHOT_EVERY: usize = 50;

/// The table of its view.
const VIEW: &str = "balances";

fn main() -> ExitCode {
    peer::main::<CqrsEs>()
}

struct CqrsEs {
    pool: SqlitePool,
    cqrs: SqliteCqrs<Account>,
}

impl Peer for CqrsEs {
    async fn open(file: &Path, commits: Arc<AtomicU64>) -> Result<Self, Failure> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_LIMIT)
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).after_connect(move |connection, _| {
            let commits = Arc::clone(&commits);
            Box::pin(async move {
                connection.lock_handle().await?.set_commit_hook(move || {
                    commits.fetch_add(1, Ordering::Relaxed);
                    true
                });
                Ok(())
            })
        });
        let pool = pool.connect_with(options).await?;
        tables::create(&pool, VIEW).await?;
        let cqrs = sqlite_snapshot_cqrs(pool.clone(), vec![], SNAPSHOT_EVERY, ());
        Ok(Self { pool, cqrs })
    }

    async fn synchronous(&self) -> Result<i64, Failure> {
        Ok(sqlx::query_scalar("PRAGMA synchronous").fetch_one(&self.pool).await?)
    }

    async fn stored(&self) -> Result<u64, Failure> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM events").fetch_one(&self.pool).await?;
        Ok(u64::try_from(count)?)
    }

    async fn deposit(&self, account: &str) -> Result<Outcome, Failure> {
        match self.cqrs.execute(account, Deposit { cents: CENTS }).await {
            Ok(()) => Ok(Outcome::Stored),
            Err(AggregateError::AggregateConflict) => Ok(Outcome::Conflict),
            Err(error) => Err(error.into()),
        }
    }

    async fn fill(&self, accounts: &[String], events: u64) -> Result<(), Failure> {
        let repository = SqliteEventRepository::new(self.pool.clone());
        let payload = serde_json::to_value(Deposited { cents: CENTS })?;
        for account in accounts {
            let event = |sequence| SerializedEvent {
                aggregate_id: account.clone(),
                sequence,
                aggregate_type: "account".to_owned(),
                event_type: "deposited".to_owned(),
                event_version: "1".to_owned(),
                payload: payload.clone(),
                metadata: serde_json::json!({}),
            };
            let events: Vec<_> = (1..=usize::try_from(events)?).map(event).collect();
            repository.persist::<Account>(&events, None).await?;
        }
        Ok(())
    }

    async fn rebuild(&self, handled: Arc<AtomicU64>) -> Result<(), Failure> {
        let views = Arc::new(SqliteViewRepository::<Balance, Account>::new(VIEW, self.pool.clone()));
        let mut query = GenericQuery::new(views);
        query.use_error_handler(Box::new(|error| eprintln!("the view failed: {error}")));
        let repository = SqliteEventRepository::new(self.pool.clone());
        let replay = QueryReplay::new(repository, Counted { query, handled });
        Ok(replay.replay_all().await?)
    }
}

/// Its own view, counted.
struct Counted<Q> {
    query: Q,
    handled: Arc<AtomicU64>,
}

#[async_trait::async_trait]
impl<Q: Query<Account>> Query<Account> for Counted<Q> {
    async fn dispatch(&self, account: &str, events: &[EventEnvelope<Account>]) {
        self.query.dispatch(account, events).await;
        self.handled.fetch_add(events.len() as u64, Ordering::Relaxed);
    }
}
