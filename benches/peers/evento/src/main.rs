//! evento with its SQLite store, in its own words.
//!
//! Its store takes the pool as it is; here that is WAL with `synchronous=FULL`, and as many connections as sqlx opens by
//! itself. Accounts are kept in memory between commands, which is the fastest of its ways. Its subscriptions hold back
//! what was stored within the last second; here they do not, because the events of a rebuild are old.

mod account;

use account::{Deposited, balances, state};
use evento::{
    ProjectionAggregate, WriteError,
    migrator::{Migrate, Plan},
};
use peer::{BUSY_LIMIT, CENTS, Failure, Outcome, Peer};
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
    time::Duration,
};

fn main() -> ExitCode {
    peer::main::<Evento>()
}

struct Evento {
    pool: SqlitePool,
    executor: evento::Sqlite,
}

impl Peer for Evento {
    async fn open(file: &Path, commits: Arc<AtomicU64>) -> Result<Self, Failure> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_LIMIT);
        let pool = SqlitePoolOptions::new().after_connect(move |connection, _| {
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
        let mut connection = pool.acquire().await?;
        evento::sql_migrator::new::<sqlx::Sqlite>()?.run(&mut *connection, &Plan::apply_all()).await?;
        drop(connection);
        let executor = evento::Sqlite::from(pool.clone()).stable_margin(Duration::ZERO);
        Ok(Self { pool, executor })
    }

    async fn synchronous(&self) -> Result<i64, Failure> {
        Ok(sqlx::query_scalar("PRAGMA synchronous").fetch_one(&self.pool).await?)
    }

    async fn stored(&self) -> Result<u64, Failure> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM event").fetch_one(&self.pool).await?;
        Ok(u64::try_from(count)?)
    }

    async fn deposit(&self, account: &str) -> Result<Outcome, Failure> {
        let deposited = Deposited { cents: CENTS };
        let written = match state().load(account).execute(&self.executor).await? {
            Some(state) => state.write()?.event(&deposited).commit(&self.executor).await,
            None => evento::append(account).original_version(0).event(&deposited).commit(&self.executor).await,
        };
        match written {
            Ok(_) => Ok(Outcome::Stored),
            Err(WriteError::InvalidOriginalVersion) => Ok(Outcome::Conflict),
            Err(error) => Err(error.into()),
        }
    }

    async fn fill(&self, accounts: &[String], events: u64) -> Result<(), Failure> {
        for account in accounts {
            let mut stream = evento::append(account);
            for _ in 0..events {
                stream.event(&Deposited { cents: CENTS });
            }
            stream.original_version(0).commit(&self.executor).await?;
        }
        Ok(())
    }

    /// Its view catches up with a whole account at once, so only the end says what is handled.
    async fn rebuild(&self, handled: Arc<AtomicU64>) -> Result<(), Failure> {
        balances().subscription("balances").any_routing_key().run_once(&self.executor).await?;
        handled.store(self.stored().await?, Ordering::Relaxed);
        Ok(())
    }
}
