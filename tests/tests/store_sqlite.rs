//! What only the store in an SQLite file does.

mod store_common;

#[path = "store_sqlite/crashing.rs"]
mod crashing;
#[path = "store_sqlite/opening.rs"]
mod opening;
#[path = "store_sqlite/owners.rs"]
mod owners;
#[path = "store_sqlite/running.rs"]
mod running;
#[path = "store_sqlite/tables.rs"]
mod tables;

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};
use store_common::Outcome;

/// Says to a child process which file to use, and that it is one.
const STORE: &str = "JANGLE_TEST_STORE";

/// The file that this process is to use, if it is a child.
fn childs_store() -> Option<std::path::PathBuf> {
    std::env::var_os(STORE).map(Into::into)
}

/// This test binary, as a process that runs only `test` on `store`.
fn child(program: &Path, test: &str, store: &Path) -> Command {
    let mut command = Command::new(program);
    command.args([test, "--exact", "--nocapture"]).env(STORE, store).stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

/// A child that runs, and is killed when this is dropped.
struct Running {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Running {
    fn start(test: &str, store: &Path) -> Outcome<Self> {
        let mut child = child(&std::env::current_exe()?, test, store).spawn()?;
        let said = BufReader::new(child.stdout.take().ok_or("the child has no output")?);
        Ok(Self { child, said })
    }

    /// The next line that begins with `word`, without it; none at the child's end.
    fn next(&mut self, word: &str) -> Outcome<Option<String>> {
        let mut line = String::new();
        while self.said.read_line(&mut line)? > 0 {
            // The test harness may have begun the line.
            if let Some((_, rest)) = line.split_once(word) {
                return Ok(Some(rest.trim().to_owned()));
            }
            line.clear();
        }
        Ok(None)
    }

    /// Ends it as `kill -9` does, and answers what it still said that begins with `word`.
    fn kill(&mut self, word: &str) -> Outcome<Vec<String>> {
        self.child.kill()?;
        let mut rest = Vec::new();
        while let Some(line) = self.next(word)? {
            rest.push(line);
        }
        self.child.wait()?;
        Ok(rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
