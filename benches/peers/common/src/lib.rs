//! What every peer that is measured beside jangle does alike: one process measures one cell and prints what it came to.
//!
//! `PROGRAM FILE commands CLIENTS ACCOUNTS SECONDS` prints the lines `synchronous`, `stored`, `commits`, `conflicts`,
//! `seconds`, `work` and `micros`; `PROGRAM FILE rebuild EVENTS SECONDS` prints `synchronous`, `stored`, `events` and
//! `seconds`. Each line is a name and numbers.

mod clients;
mod processor;
mod rebuilding;

use std::{
    env,
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

/// Why a measurement came to nothing.
pub type Failure = Box<dyn Error + Send + Sync>;

/// What is paid in each time.
pub const CENTS: i64 = 100;

/// How long a connection waits for another one's transaction.
pub const BUSY_LIMIT: Duration = Duration::from_secs(60);

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is stored.
    Stored,
    /// Another command was first; it has to be tried again.
    Conflict,
}

/// A framework on a new SQLite file.
pub trait Peer: Send + Sync + Sized + 'static {
    /// Makes the file with its tables. Each transaction that is committed counts.
    fn open(file: &Path, commits: Arc<AtomicU64>) -> impl Future<Output = Result<Self, Failure>> + Send;

    /// The `synchronous` that its connections have, as SQLite numbers it.
    fn synchronous(&self) -> impl Future<Output = Result<i64, Failure>> + Send;

    /// How many events are in the file.
    fn stored(&self) -> impl Future<Output = Result<u64, Failure>> + Send;

    /// Decides one command on the account's state and stores its event, once.
    fn deposit(&self, account: &str) -> impl Future<Output = Result<Outcome, Failure>> + Send;

    /// Stores these many events of each account, in any way.
    fn fill(&self, accounts: &[String], events: u64) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Fills the framework's own stored view from all events. `handled` counts what is handled.
    fn rebuild(&self, handled: Arc<AtomicU64>) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// What the process was asked for.
enum Request {
    Commands { clients: usize, accounts: usize, seconds: f64 },
    Rebuild { events: u64, seconds: f64 },
}

/// The program of a peer.
pub fn main<P: Peer>() -> ExitCode {
    match measure::<P>() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn measure<P: Peer>() -> Result<(), Failure> {
    let (file, request) = asked()?;
    let commits = Arc::new(AtomicU64::new(0));
    let peer = Arc::new(P::open(&file, Arc::clone(&commits)).await?);
    println!("synchronous {}", peer.synchronous().await?);
    match request {
        Request::Commands { clients, accounts, seconds } => {
            clients::measure(&peer, &commits, clients, accounts, Duration::from_secs_f64(seconds)).await?;
        }
        Request::Rebuild { events, seconds } => {
            rebuilding::measure(&*peer, events, Duration::from_secs_f64(seconds)).await?;
        }
    }
    println!("stored {}", peer.stored().await?);
    Ok(())
}

fn asked() -> Result<(PathBuf, Request), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [file, "commands", clients, accounts, seconds] => {
            let (clients, accounts, seconds) = (clients.parse()?, accounts.parse()?, seconds.parse()?);
            Ok((file.into(), Request::Commands { clients, accounts, seconds }))
        }
        [file, "rebuild", events, seconds] => {
            Ok((file.into(), Request::Rebuild { events: events.parse()?, seconds: seconds.parse()? }))
        }
        _ => Err("usage: FILE commands CLIENTS ACCOUNTS SECONDS, or FILE rebuild EVENTS SECONDS".into()),
    }
}
