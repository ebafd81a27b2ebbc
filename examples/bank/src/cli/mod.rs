//! The commands.

mod account;
mod arguments;
mod demo;
mod failure;
mod import;
mod listing;
pub(crate) mod log;
mod model;
mod progress;
mod show;
mod verify;

pub(crate) use arguments::Cli;
pub(crate) use failure::Failure;

use arguments::Command;
use bank::OpenError;
use jangle::{Jangle, SettleError};
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

/// Does what the command line says.
pub(crate) async fn run(cli: Cli) -> Result<(), Failure> {
    let demo_store = cli.store.clone().unwrap_or_else(|| PathBuf::from("bank-demo.db"));
    let store = cli.store.unwrap_or_else(|| PathBuf::from("bank.db"));
    match cli.command {
        Command::Demo => demo::run(&demo_store).await,
        Command::Import { file, how } => import::run(&store, &file, how).await,
        Command::Verify { file } => verify::run(&store, &file).await,
        Command::Accounts { format } => show::accounts(&store, format).await,
        Command::Account { id, format } => show::account(&store, id, format).await,
        Command::Ledger { id, format } => show::ledger(&store, id, format).await,
        Command::Stats { format } => show::stats(&store, format).await,
        Command::Model { format } => model::model(format),
        Command::Create { id, name, overdraft_limit } => account::create(&store, id, name, overdraft_limit).await,
        Command::Deposit { id, amount } => account::deposit(&store, id, amount).await,
        Command::Withdraw { id, amount } => account::withdraw(&store, id, amount).await,
        Command::Forgive { id } => account::forgive(&store, id).await,
        Command::Delete { id } => account::delete(&store, id).await,
    }
}

/// Opens the bank in a store that must be there.
async fn open_existing(store: &Path) -> Result<Jangle, Failure> {
    if !store.exists() {
        let store = store.display();
        return Err(Failure::unusable(format!(
            "there is no bank at {store}: `import` a statement or `create` an account first, or name another with --store"
        )));
    }
    Ok(bank::open(store).await?)
}

/// Opens a bank to read its books. Another run of the program may have been killed between a command and the books, so
/// this waits until they have caught up; whether they have is the second value.
///
/// They have not where another run imports for longer than `limit`, or where the store cannot be written.
async fn open_books(store: &Path, limit: Duration) -> Result<(Jangle, bool), Failure> {
    let app = open_existing(store).await?;
    match app.settle(limit).await {
        Ok(()) => Ok((app, true)),
        Err(SettleError::TimedOut { .. }) => Ok((app, false)),
        Err(error) => close(app, Err(Failure::unusable(error))).await,
    }
}

/// Closes the bank; what the command came to counts more than how the closing went.
async fn close<T>(app: Jangle, result: Result<T, Failure>) -> Result<T, Failure> {
    let closed: Result<(), OpenError> = bank::close(app).await;
    let value = result?;
    closed?;
    Ok(value)
}

/// Writes to standard output, all of it or an error.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
