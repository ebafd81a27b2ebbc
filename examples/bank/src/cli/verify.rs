//! `bank verify FILE`

use super::{Failure, close, open_books, print};
use bank::{
    BEHIND, group, statement,
    verify::{Verdict, verify},
};
use std::{fmt::Write, path::Path, time::Duration};

/// How long to wait for what another run of the program has yet to enter into the books.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) async fn run(store: &Path, file: &Path) -> Result<(), Failure> {
    let lines = statement::read(file)?;
    let (app, caught_up) = open_books(store, PATIENCE).await?;
    let verdict = match caught_up {
        true => verify(&app, &lines).await.map_err(Failure::from),
        false => Err(Failure::unusable(BEHIND)),
    };
    let verdict = close(app, verdict).await?;
    print(&told(&verdict))?;
    if verdict.differences.is_empty() { Ok(()) } else { Err(Failure::Differs) }
}

/// Every difference, and what they come to.
pub(super) fn told(verdict: &Verdict) -> String {
    let mut text = String::new();
    for difference in &verdict.differences {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{difference}");
    }
    let [days, lines, accounts, refused] = [verdict.account_days, verdict.lines, verdict.accounts, verdict.refused]
        .map(|number| group(&number.to_string()));
    let of = format!("{days} account-days ({lines} lines of {accounts} accounts, {refused} refused)");
    if verdict.differences.is_empty() {
        return format!("no difference in {of}\n");
    }
    let differing = group(&verdict.differing_days().to_string());
    let _ = writeln!(text, "{} differences; the balance differs on {differing} of {of}", verdict.differences.len());
    text
}
