//! `bank demo`

use super::{Failure, close, import, log::note, print, show, verify as verdicts};
use bank::{books::AccountsList, import::ImportOptions, statement, verify::verify};
use jangle::Jangle;
use std::path::Path;

/// The sample that ships with the program.
const SAMPLE: &[u8] = include_bytes!("../../data/sample.csv");
/// How many accounts are shown.
const SHOWN: usize = 10;

pub(super) async fn run(store: &Path) -> Result<(), Failure> {
    if store.exists() {
        note(&format!("{} is there already: every line that it knows stays as it is", store.display()));
    }
    let app = bank::open(store).await?;
    let done = show_all(&app, store).await;
    close(app, done).await
}

async fn show_all(app: &Jangle, store: &Path) -> Result<(), Failure> {
    let lines = statement::parse("the sample", SAMPLE)?;
    print("Importing a real bank's statements: each line is a command.\n\n")?;
    let report = import::tell(app, "the sample", lines.clone(), ImportOptions::default()).await?;
    print(&import::summary(&report))?;
    print("\nHolding the books against the balances that the bank recorded:\n\n")?;
    let verdict = verify(app, &lines).await?;
    print(&verdicts::told(&verdict))?;
    let accounts = app.query(AccountsList {}).await?;
    print(&format!("\n{}", show::accounts_table(&accounts, SHOWN)))?;
    print(&next(store))?;
    if verdict.differences.is_empty() { Ok(()) } else { Err(Failure::Differs) }
}

/// What to try next, as it was called.
fn next(store: &Path) -> String {
    let cargo = std::env::var_os("CARGO_PKG_NAME").is_some();
    let bank = if cargo { "cargo run --release -p bank --" } else { "bank" };
    let store = store.display();
    let try_next = [
        ("accounts", "all accounts"),
        ("ledger 37", "an account that fell below zero"),
        ("stats", "what moved through the bank"),
        ("create anna --name Annabel", "an account of your own"),
        ("withdraw anna 100.01", "refused: its overdraft limit is 100.00"),
        ("demo", "the same lines again: nothing new"),
    ];
    let lines = try_next.map(|(command, what)| format!("  # {what}\n  {bank} --store {store} {command}\n"));
    format!("\nWhat to try next:\n\n{}", lines.concat())
}
