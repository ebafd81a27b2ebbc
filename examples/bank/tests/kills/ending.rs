//! What an import comes to in the end, with and without kills.

use crate::{
    audit::{Event, audit},
    books::Books,
    plan::{Dice, Plan},
    statements::Statements,
};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};
use tempfile::TempDir;

/// How many ledgers are compared as the program shows them; the rows of all are compared anyway.
const LEDGERS: usize = 3;

/// The program on a store in a directory of its own.
pub(crate) struct Bank {
    directory: TempDir,
}

impl Bank {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a directory") }
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.directory.path().join("bank.db")
    }

    pub(crate) fn import(&self, plan: &Plan) -> Command {
        let mut command = self.command(&["import"]);
        command.arg(&plan.statements.file).args(plan.options());
        command
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bank"));
        command.current_dir(self.directory.path()).args(arguments);
        command
    }

    fn shows(&self, arguments: &[&str]) -> String {
        shown(&self.command(arguments).output().expect("the program runs"))
    }

    fn verdict(&self, file: &Path) -> (Option<i32>, String) {
        let output = self.command(&["verify"]).arg(file).output().expect("the program runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("text"))
    }

    /// Everything that a finished import left, each in itself right.
    pub(crate) fn ending(&self, plan: &Plan) -> Ending {
        let mut dice = Dice::new(plan.seed);
        let accounts = &plan.statements.accounts;
        let chosen = (0..LEDGERS).map(|_| dice.below(accounts.len() as u64)).map(|nth| &accounts[nth as usize]);
        let ledgers = chosen.map(|account| self.shows(&["ledger", account, "--format", "csv"])).collect();
        let accounts = self.shows(&["accounts", "--format", "csv"]);
        let stats = self.shows(&["stats", "--format", "json"]);
        let verdict = self.verdict(&plan.statements.file);
        let found = audit(&self.store());
        // The counters are raised in the transactions that move the progress.
        let entries = found.events.iter().filter(|event| event.name != "bank.account_opened").count() as u64;
        assert_eq!(found.books.counted(), [entries; 2], "a counter is not the number of events");
        assert_eq!(found.lines, plan.statements.lines, "a line has no receipt");
        found.books.must_be(&Books::folded(&found.events, |_, _| u64::MAX));
        let history = history(&found.events);
        Ending { accounts, ledgers, stats, verdict, books: found.books, history }
    }
}

/// What an import comes to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ending {
    accounts: String,
    ledgers: Vec<String>,
    stats: String,
    verdict: (Option<i32>, String),
    books: Books,
    /// What happened to each account, without the order between accounts.
    history: Vec<String>,
}

impl Ending {
    pub(crate) fn events(&self) -> usize {
        self.history.len()
    }

    pub(crate) fn must_be(&self, undisturbed: &Self, plan: &Plan) {
        if plan.limit.is_none() {
            assert_eq!(self.verdict.0, Some(0), "{}", self.verdict.1);
        }
        assert_eq!(self.accounts, undisturbed.accounts);
        assert_eq!(self.ledgers, undisturbed.ledgers);
        assert_eq!(self.stats, undisturbed.stats);
        assert_eq!(self.verdict, undisturbed.verdict);
        self.books.must_be(&undisturbed.books);
        assert!(self.history == undisturbed.history, "other events than in an undisturbed import");
    }
}

fn history(events: &[Event]) -> Vec<String> {
    let mut events: Vec<&Event> = events.iter().collect();
    events.sort_by_key(|event| (&event.aggregate, event.version));
    events.iter().map(|event| format!("{} {} {}", event.aggregate, event.name, event.payload)).collect()
}

/// The standard output of a run that must be done.
pub(crate) fn shown(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the program ended with {}: {errors}", output.status);
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// Imports that nobody disturbs, one for each file and limit.
#[derive(Default)]
pub(crate) struct Undisturbed {
    imports: HashMap<(Statements, Option<&'static str>), Import>,
}

struct Import {
    bank: Bank,
    /// Runs beside the kills of the first round that needs it.
    running: Option<Child>,
}

impl Undisturbed {
    /// Begins what `plan` will be held against.
    pub(crate) fn begin(&mut self, plan: &Plan) {
        self.imports.entry((plan.statements.clone(), plan.limit)).or_insert_with(|| {
            let bank = Bank::new();
            let mut import = bank.import(plan);
            let running = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
            Import { bank, running: Some(running) }
        });
    }

    /// What `plan` must come to.
    pub(crate) fn ending(&mut self, plan: &Plan) -> Ending {
        let key = (plan.statements.clone(), plan.limit);
        let import = self.imports.get_mut(&key).expect("it was begun");
        if let Some(mut running) = import.running.take() {
            assert!(running.wait().expect("it ends").success(), "an undisturbed import failed");
        }
        import.bank.ending(plan)
    }
}

impl Drop for Import {
    fn drop(&mut self) {
        if let Some(running) = &mut self.running {
            let _ = running.kill();
            let _ = running.wait();
        }
    }
}
