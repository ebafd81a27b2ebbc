//! A run of the program that is to be killed.

use crate::{
    audit::{EPOCH, number},
    plan::Moment,
};
use rusqlite::{Connection, OpenFlags};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::Duration,
};

/// How long to listen to the run between two looks into its file. Nothing depends on it but how exactly a moment is met.
const LISTEN: Duration = Duration::from_micros(200);

/// A run of the program. It is killed when this is dropped.
pub(crate) struct Victim {
    child: Child,
    errors: Receiver<String>,
    said: Vec<String>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Whether it was killed; else it came to its end before its moment did.
    pub(crate) killed: bool,
    /// How many lines it said were done.
    pub(crate) acknowledged: u64,
    /// How many events another connection saw in its file.
    pub(crate) seen: u64,
}

impl Victim {
    /// Starts the program.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let (say, errors) = channel();
        let pipe = BufReader::new(child.stderr.take().expect("its standard error"));
        thread::spawn(move || pipe.lines().map_while(Result::ok).try_for_each(|line| say.send(line)));
        Self { child, errors, said: Vec::new() }
    }

    /// Kills the run as soon as its moment has come. Its store was left at this epoch.
    pub(crate) fn kill_at(mut self, moment: Moment, store: &Path, epoch: u64) -> Ended {
        let mut watch = Watch { store, connection: None, epoch, seen: 0 };
        let ended_by_itself = loop {
            if watch.has_come(moment) {
                break false;
            }
            match self.errors.recv_timeout(LISTEN) {
                Ok(line) => self.said.push(line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break true,
            }
        };
        if !ended_by_itself {
            self.child.kill().expect("it can be killed");
        }
        let status = self.child.wait().expect("it has ended");
        self.said.extend(self.errors.iter());
        // None stands for a signal.
        let killed = status.code().is_none();
        assert!(killed || status.success(), "it ended by itself with {status}: {:?}", self.said);
        Ended { killed, acknowledged: acknowledged(&self.said), seen: watch.seen }
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The last line that says how far the import is.
fn acknowledged(said: &[String]) -> u64 {
    let lines = said.iter().rev();
    let told = lines.filter_map(|line| line.strip_prefix("imported ")?.split_once(" of ")?.0.parse().ok());
    told.max().unwrap_or(0)
}

/// Looks into the file of a run from outside.
struct Watch<'a> {
    store: &'a Path,
    connection: Option<Connection>,
    /// The epoch of the lanes before the run.
    epoch: u64,
    seen: u64,
}

impl Watch<'_> {
    fn has_come(&mut self, moment: Moment) -> bool {
        match moment {
            Moment::Made => self.store.exists(),
            Moment::Claimed => self.ask(EPOCH).is_some_and(|epoch| epoch > self.epoch),
            Moment::Stored(events) => {
                let stored = self.ask("SELECT coalesce(max(position), 0) FROM jangle_events");
                self.seen = stored.unwrap_or(self.seen);
                self.seen >= events
            }
            Moment::Viewed(position) => {
                let viewed = self.ask("SELECT coalesce(max(checkpoint), 0) FROM jangle_progress");
                viewed.is_some_and(|viewed| viewed >= position)
            }
        }
    }

    /// The answer; none while the file is being made.
    fn ask(&mut self, sql: &str) -> Option<u64> {
        if self.connection.is_none() {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            self.connection = Connection::open_with_flags(self.store, flags).ok();
        }
        let answer =
            self.connection.as_ref()?.prepare_cached(sql).and_then(|mut ask| ask.query_row([], |row| number(row, 0)));
        answer.ok()
    }
}
