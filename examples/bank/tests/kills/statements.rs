//! The files that are imported.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

/// A file of statements.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Statements {
    pub(crate) file: PathBuf,
    pub(crate) lines: u64,
    pub(crate) accounts: Vec<String>,
}

impl Statements {
    /// The sample that ships with the program.
    pub(crate) fn sample() -> Self {
        Self::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample.csv"))
    }

    /// All statements, where this machine has them: in `BERKA`, or beside the repository.
    pub(crate) fn whole() -> Option<Self> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/berka/transactions.csv");
        let file = std::env::var_os("BERKA").map_or(beside, PathBuf::from);
        if !file.exists() {
            println!("{} is not there; the sample takes its place", file.display());
            return None;
        }
        Some(Self::read(&file))
    }

    fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).expect("the statements");
        let lines: Vec<&str> = text.lines().skip(1).collect();
        let mut seen = HashSet::new();
        let accounts = lines.iter().map(|line| line.split(';').nth(1).expect("an account"));
        let accounts = accounts.filter(|account| seen.insert(*account)).map(str::to_owned).collect();
        Self { file: file.to_owned(), lines: lines.len() as u64, accounts }
    }

    /// How many events come of them: each account is opened, and each line that is not refused is one.
    pub(crate) fn most_events(&self) -> u64 {
        self.lines + self.accounts.len() as u64
    }
}
