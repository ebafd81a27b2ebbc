//! Importing statements: each line is a command, and takes effect once however often it is sent.

mod work;

use crate::{
    Money,
    domain::{OpenAccount, PostStatementLine, Refusal},
    open::{BEHIND, CATCHING_UP},
    statement::StatementLine,
};
use jangle::{Jangle, SettleError, prelude::*};
use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;
use work::{Outcome, Work};

/// How an import goes about it.
#[derive(Debug, Clone, Copy)]
pub struct ImportOptions {
    /// The overdraft limit of accounts that do not exist yet; none lets them fall without a limit.
    pub overdraft_limit: Option<Money>,
    /// How many lines, of as many accounts, are sent at a time.
    pub clients: usize,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self { overdraft_limit: None, clients: 16 }
    }
}

/// What became of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportReport {
    /// How many there are.
    pub lines: u64,
    /// Those that were accepted now.
    pub accepted: u64,
    /// Those that were refused, now or before.
    pub refused: u64,
    /// Those that were accepted before.
    pub known: u64,
    /// How long the commands took.
    pub sending: Duration,
    /// How long the views took then to catch up.
    pub catching_up: Duration,
}

impl ImportReport {
    /// Commands a second.
    pub fn rate(&self) -> f64 {
        self.lines as f64 / self.sending.as_secs_f64().max(1e-6)
    }
}

/// Why an import stopped.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct ImportError {
    /// How many lines are done; they stay done.
    pub done: u64,
    /// Of how many.
    pub lines: u64,
    /// What happened.
    #[source]
    pub cause: ImportFailure,
}

/// What stops an import.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportFailure {
    /// A line's transaction was imported before, with other contents.
    #[error("{line}:{column}: transaction {transaction} was imported before, with other contents")]
    Changed {
        /// The line's number in the file.
        line: usize,
        /// The character in the line where its id begins.
        column: usize,
        /// Its id.
        transaction: String,
    },
    /// A command came to nothing.
    #[error("{0}")]
    Command(#[source] Box<dyn Error + Send + Sync>),
    /// The views did not catch up.
    #[error("{}", behind(.0))]
    Views(#[from] SettleError),
}

fn behind(error: &SettleError) -> String {
    match error {
        SettleError::TimedOut { .. } => BEHIND.to_owned(),
        error => error.to_string(),
    }
}

/// Is told how many lines are done.
pub type Progress = Arc<dyn Fn(u64) + Send + Sync>;

/// Sends each line to its account, the lines of one account in their order, and waits until the views have caught up.
///
/// # Errors
/// [`ImportError`] at the first line that cannot be decided. What is done stays done, and importing again goes on.
pub async fn import(
    app: &Jangle,
    lines: Vec<StatementLine>,
    options: ImportOptions,
    progress: Progress,
) -> Result<ImportReport, ImportError> {
    let work = Arc::new(Work::new(lines, options, progress));
    let begin = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..options.clients.max(1) {
        clients.spawn(client(app.clone(), Arc::clone(&work)));
    }
    let mut failed = None;
    while let Some(ended) = clients.join_next().await {
        if let Err(cause) = ended.unwrap_or_else(|panic| Err(ImportFailure::Command(panic.into()))) {
            failed.get_or_insert(cause);
            work.stop();
        }
    }
    if let Some(cause) = failed {
        return Err(work.error(cause));
    }
    let sending = begin.elapsed();
    app.settle(CATCHING_UP).await.map_err(|late| work.error(late.into()))?;
    Ok(work.report(sending, begin.elapsed() - sending))
}

/// Takes one account after another, and sends its lines.
async fn client(app: Jangle, work: Arc<Work>) -> Result<(), ImportFailure> {
    while let Some(lines) = work.next_account() {
        let mut lines = lines.into_iter();
        let Some(first) = lines.next() else { continue };
        decidable(&app, &first).await?;
        let overdraft_limit = work.options.overdraft_limit;
        let open = OpenAccount { account: first.account.clone(), overdraft_limit };
        app.send(open).await.map_err(|error| ImportFailure::Command(error.into()))?;
        for line in std::iter::once(first).chain(lines) {
            if work.stopped() {
                return Ok(());
            }
            work.count(post(&app, line).await?);
        }
    }
    Ok(())
}

/// Fails where the line's transaction was imported before with other contents: no account is opened for such a line.
async fn decidable(app: &Jangle, line: &StatementLine) -> Result<(), ImportFailure> {
    let asked = app.send(PostStatementLine::from(line.clone())).id(command_id(line)).dry_run();
    match asked.await {
        Ok(_) | Err(SendError::Refused(_) | SendError::RefusedBefore { .. }) => Ok(()),
        Err(error) => Err(failure(error, line.number, line.column, &line.transaction)),
    }
}

/// Sends one line. Its id comes from the line, so it takes effect once; the overdraft limit is no part of it, so a line
/// is known also to an import with another limit.
async fn post(app: &Jangle, line: StatementLine) -> Result<Outcome, ImportFailure> {
    let id = command_id(&line);
    let (number, column, transaction) = (line.number, line.column, line.transaction.clone());
    match app.send(PostStatementLine::from(line)).id(id).await {
        Ok(receipt) if receipt.repeated => Ok(Outcome::Known),
        Ok(_) => Ok(Outcome::Accepted),
        Err(SendError::Refused(_) | SendError::RefusedBefore { .. }) => Ok(Outcome::Refused),
        Err(error) => Err(failure(error, number, column, &transaction)),
    }
}

fn command_id(line: &StatementLine) -> CommandId {
    CommandId::derived("statement line", &line.transaction)
}

fn failure(error: SendError<Refusal>, line: usize, column: usize, transaction: &str) -> ImportFailure {
    match error {
        SendError::IdReused { .. } => ImportFailure::Changed { line, column, transaction: transaction.to_owned() },
        error => ImportFailure::Command(error.into()),
    }
}

impl From<StatementLine> for PostStatementLine {
    fn from(line: StatementLine) -> Self {
        Self {
            account: line.account,
            transaction: line.transaction,
            kind: line.kind,
            amount: line.amount,
            slip: line.slip,
        }
    }
}

#[cfg(test)]
#[test]
fn views_that_do_not_catch_up_are_told_as_behind() {
    let late = SettleError::TimedOut { waited: Duration::from_secs(1), waiting: "`accounts`".to_owned() };
    assert_eq!(ImportFailure::from(late).to_string(), BEHIND);
}
