//! Opening a store.

use super::{
    Shared, SqliteOptions, SqliteStore, Synchronous,
    error::{Failure, Result},
    file::{explained, inspect, refused},
    migrate::{migrate, version},
    opened::Opened,
    owners::Owners,
    readers::{ReaderThreads, Readers},
    stats::Counters,
    tables::Catalogue,
    writer::{Request, WAITING, Writer},
};
use crate::store::StoreError;
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};

/// What stands for a path where there is none.
const MEMORY: &str = ":memory:";

/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 128;

/// Where connections come from.
#[derive(Clone)]
pub(super) struct Origin {
    path: PathBuf,
    options: SqliteOptions,
}

/// Opens the store in the file at `path`.
pub(super) async fn in_file(path: PathBuf, options: SqliteOptions) -> Result<SqliteStore, StoreError> {
    // The working directory may be another one when a connection is opened again.
    let path = std::path::absolute(&path).map_err(|error| refused(&path, error.to_string()))?;
    open(path.clone(), move |counters| {
        let opened = Opened::after(&path, inspect)?;
        let origin = Origin { path: path.clone(), options };
        let explain = |failure| explained(&path, failure);
        let connection = origin.prepare().map_err(explain)?;
        let connections: Result<Vec<_>> = (0..origin.options.readers).map(|_| origin.reader()).collect();
        let (readers, threads) = Readers::start(connections.map_err(explain)?)
            .map_err(|error| refused(&path, format!("a thread cannot be started: {error}")))?;
        // Whatever name it was opened by, all processes must look for its owners in one place.
        let owners = Owners::beside(path.canonicalize().map_err(|error| refused(&path, error.to_string()))?);
        let writer = Writer {
            origin,
            connection: Some(connection),
            waits_for_disk: true,
            owners,
            counters,
            readers: threads,
            _opened: Some(opened),
        };
        Ok((writer, Some(readers)))
    })
    .await
}

/// Opens a store of its own in memory.
pub(super) async fn in_memory(options: SqliteOptions) -> Result<SqliteStore, StoreError> {
    let path = PathBuf::from(MEMORY);
    open(path.clone(), move |counters| {
        let origin = Origin { path: path.clone(), options };
        let connection = origin.memory().map_err(|failure| explained(&path, failure))?;
        let readers = ReaderThreads::default();
        Ok((
            Writer {
                origin,
                connection: Some(connection),
                waits_for_disk: true,
                owners: Owners::none(),
                counters,
                readers,
                _opened: None,
            },
            None,
        ))
    })
    .await
}

/// Opens on the writer's own thread, because files are waited for.
async fn open<F>(path: PathBuf, make: F) -> Result<SqliteStore, StoreError>
where
    F: FnOnce(Arc<Counters>) -> Result<(Writer, Option<Readers>), StoreError> + Send + 'static,
{
    let (requests, waiting) = mpsc::channel::<Request>(WAITING);
    let (opened, answer) = oneshot::channel();
    let counters = Arc::new(Counters::default());
    let counted = Arc::clone(&counters);
    let write = move || match make(counted) {
        Ok((writer, readers)) => {
            if opened.send(Ok(readers)).is_ok() {
                writer.run(waiting);
            }
        }
        Err(error) => {
            let _ = opened.send(Err(error));
        }
    };
    thread::Builder::new()
        .name("jangle-sqlite-writer".to_owned())
        .spawn(write)
        .map_err(|error| refused(&path, format!("a thread cannot be started: {error}")))?;
    let readers = answer.await.map_err(|_| refused(&path, "the thread that opened it panicked"))??;
    let name = path.display().to_string();
    let shared = Shared { name, requests, readers, catalogue: Catalogue::default(), counters };
    Ok(SqliteStore { shared: Arc::new(shared) })
}

impl Origin {
    /// A connection that writes, on a file of this version.
    fn prepare(&self) -> Result<Connection> {
        let connection = self.connect_plain()?;
        // Nothing is changed before this says that we know what is there.
        version(&connection, &self.path)?;
        if connection.is_readonly(c"main")? {
            return Err(refused(&self.path, "the file cannot be written; let this user write it").into());
        }
        // The first migration marks the file as ours before any log exists, so that the mark is in the file itself.
        migrate(&connection, &self.path)?;
        self.journal(&connection)?;
        self.tune(&connection)?;
        Ok(connection)
    }

    /// A connection that writes, on a file that was opened before.
    pub(super) fn connect(&self) -> Result<Connection> {
        if self.path == Path::new(MEMORY) {
            // What was in it went with its connection.
            return Err(StoreError::Closed.into());
        }
        let connection = self.connect_plain()?;
        self.tune(&connection)?;
        Ok(connection)
    }

    /// A connection that reads.
    fn reader(&self) -> Result<Connection> {
        let connection = self.connect_plain()?;
        connection.execute_batch("PRAGMA query_only = ON")?;
        Ok(connection)
    }

    fn memory(&self) -> Result<Connection> {
        let connection = Connection::open_in_memory()?;
        stable_plans(&connection)?;
        migrate(&connection, &self.path)?;
        self.tune(&connection)?;
        Ok(connection)
    }

    fn connect_plain(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(self.options.busy_timeout)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        stable_plans(&connection)?;
        connection.execute_batch("PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY")?;
        Ok(connection)
    }

    /// Changes to a write-ahead log. While another process has the file open this is refused at once, whatever the
    /// time limit, so the waiting is done here.
    fn journal(&self, connection: &Connection) -> Result<()> {
        let deadline = Instant::now() + self.options.busy_timeout;
        loop {
            let mode: Result<String> =
                connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(Failure::Driver);
            match mode {
                Ok(mode) if mode == "wal" => return Ok(()),
                Ok(mode) => {
                    let reason =
                        format!("its directory permits no write-ahead log (journal mode {mode}); use a local disk");
                    return Err(refused(&self.path, reason).into());
                }
                Err(failure) if failure.is_busy() && Instant::now() < deadline => {
                    thread::sleep(Duration::from_millis(5));
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Says whether the next commits wait for the disk, as far as the options ask for that. What does not wait is on
    /// the disk before anything later is, because there is one log, which is synchronised as a whole.
    pub(super) fn wait_for_disk(&self, connection: &Connection, waits: bool) -> Result<()> {
        let level = match (self.options.synchronous, waits) {
            (Synchronous::Full, true) => "FULL",
            (Synchronous::Full, false) | (Synchronous::Normal, _) => "NORMAL",
            (Synchronous::Off, _) => "OFF",
        };
        // Never a cached statement: it takes effect when it is compiled.
        Ok(connection.execute_batch(&format!("PRAGMA synchronous = {level}"))?)
    }

    fn tune(&self, connection: &Connection) -> Result<()> {
        self.wait_for_disk(connection, true)?;
        // 16 MiB of log before a commit also carries it over into the file.
        connection.execute_batch(
            "PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864",
        )?;
        if let Some(pages) = self.options.max_page_count {
            connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
        }
        Ok(())
    }
}

/// Plans that do not depend on the parameters. Otherwise SQLite, built as it is here (`SQLITE_ENABLE_STAT4`), compiles
/// some statements anew at each execution, to look at what they are given.
fn stable_plans(connection: &Connection) -> Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}
