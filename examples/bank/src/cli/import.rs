//! `bank import FILE`

use super::{Failure, arguments::How, close, log::note, print, progress::Told};
use bank::{
    counted, group,
    import::{ImportError, ImportFailure, ImportOptions, ImportReport, import},
    statement::{self, StatementLine},
};
use jangle::Jangle;
use std::path::Path;

pub(super) async fn run(store: &Path, file: &Path, how: How) -> Result<(), Failure> {
    let lines = statement::read(file)?;
    let options = ImportOptions { overdraft_limit: how.overdraft_limit, clients: how.clients.into() };
    let app = bank::open(store).await?;
    let report = tell(&app, &file.display().to_string(), lines, options).await;
    let report = close(app, report).await?;
    Ok(print(&summary(&report))?)
}

/// Imports, and tells how far it is.
pub(super) async fn tell(
    app: &Jangle,
    file: &str,
    lines: Vec<StatementLine>,
    options: ImportOptions,
) -> Result<ImportReport, Failure> {
    let told = Told::new(lines.len() as u64);
    let report = import(app, lines, options, told.progress()).await;
    told.finish();
    let report = report.map_err(|error| stopped(file, &error))?;
    note(&format!("the views caught up {:.1} s after the last command", report.catching_up.as_secs_f64()));
    Ok(report)
}

/// What became of the lines.
pub(super) fn summary(report: &ImportReport) -> String {
    let figures = [
        ("lines read", report.lines),
        ("accepted", report.accepted),
        ("refused", report.refused),
        ("already known", report.known),
        ("commands a second", report.rate().round() as u64),
    ];
    figures.iter().map(|(what, number)| format!("{what:<18}{:>12}\n", group(&number.to_string()))).collect()
}

fn stopped(file: &str, error: &ImportError) -> Failure {
    let (done, lines) = (group(&error.done.to_string()), counted(error.lines, "line"));
    let told = match error.cause {
        ImportFailure::Changed { .. } => format!("{file}:{error}"),
        _ => error.to_string(),
    };
    let advice = match error.cause {
        ImportFailure::Changed { .. } => "correct or remove that line, then import the file again",
        _ => "import the file again to go on",
    };
    Failure::Unusable(format!("{told}\nthe import stopped; {done} of {lines} done, which stay done; {advice}"))
}
