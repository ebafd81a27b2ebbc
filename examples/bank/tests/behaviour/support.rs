//! Running the program, and where the statements are.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

/// The sample that ships with the program: 40 accounts.
pub(crate) fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample.csv")
}

/// The first lines of the sample, with its header.
pub(crate) fn some_lines(number: usize) -> String {
    let text = fs::read_to_string(sample()).expect("the sample");
    text.lines().take(number + 1).flat_map(|line| [line, "\n"]).collect()
}

/// The lines of the accounts 25 and 37.
pub(crate) const TWO_ACCOUNTS: usize = 164 + 116;

/// The whole of the statements, where this machine has them: in `BERKA`, or beside the repository.
pub(crate) fn all_statements() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/berka/transactions.csv");
    let file = std::env::var_os("BERKA").map_or(beside, PathBuf::from);
    if !file.exists() {
        eprintln!("skipped: {} is not there; set BERKA to the file of all statements", file.display());
        return None;
    }
    Some(file)
}

/// A directory with a bank in it.
pub(crate) struct Bank {
    dir: TempDir,
}

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bank {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a directory") }
    }

    /// A bank with the accounts 25 and 37, as the sample has them.
    pub(crate) fn with_two_accounts() -> Self {
        let bank = Self::new();
        bank.import(&bank.file("two.csv", some_lines(TWO_ACCOUNTS)), &[]);
        bank
    }

    /// The bank's file.
    pub(crate) fn store(&self) -> PathBuf {
        self.dir.path().join("bank.db")
    }

    /// A file with these bytes.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::write(&path, bytes).expect("a file");
        path
    }

    pub(crate) fn command<A: AsRef<std::ffi::OsStr>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bank"));
        command.current_dir(self.dir.path()).args(arguments);
        command
    }

    pub(crate) fn run<A: AsRef<std::ffi::OsStr>>(&self, arguments: &[A]) -> Ran {
        ran(self.command(arguments).output().expect("the program runs"))
    }

    /// Runs it with a file as the last argument.
    pub(crate) fn with(&self, arguments: &[&str], file: &Path) -> Ran {
        ran(self.command(arguments).arg(file).output().expect("the program runs"))
    }

    /// Runs it, and it must be done.
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
        ran.out
    }

    /// Imports a file, and it must be done; yields the figures in the order in which they are printed.
    pub(crate) fn import(&self, file: &Path, options: &[&str]) -> Figures {
        let ran = ran(self.command(&["import"]).arg(file).args(options).output().expect("the program runs"));
        assert_eq!(ran.code, 0, "{ran:?}");
        Figures::read(&ran.out)
    }

    /// The sum of all balances, from the list of accounts in CSV.
    pub(crate) fn balance(&self) -> String {
        let list = self.done(&["accounts", "--format", "csv"]);
        let minor: i64 = list.lines().skip(1).map(|line| minor(line.split(',').nth(1).expect("a balance"))).sum();
        format!("{}.{:02}", minor / 100, minor % 100)
    }
}

/// What an import prints.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) read: u64,
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
    pub(crate) known: u64,
}

impl Figures {
    fn read(text: &str) -> Self {
        let figure = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).expect(name);
            line[name.len()..].trim().replace(',', "").parse().expect(name)
        };
        assert!(figure("commands a second") > 0);
        Self {
            read: figure("lines read"),
            accepted: figure("accepted"),
            refused: figure("refused"),
            known: figure("already known"),
        }
    }
}

pub(crate) fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().expect("it ended by itself"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// `-12.30` in hundredths, read here independently of the program.
fn minor(amount: &str) -> i64 {
    let (whole, cents) = amount.split_once('.').expect("two decimals");
    assert_eq!(cents.len(), 2, "{amount}");
    format!("{whole}{cents}").parse().expect("an amount")
}
