//! Other frameworks: programs of their own, because no program can have two versions of SQLite.

use crate::{Failure, rebuild::Rebuilt, sample::Sample, workload::Workload};
use std::{
    collections::HashMap,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    str::FromStr,
    thread,
    time::{Duration, Instant},
};

/// How long a program may take beyond what is measured: to make its file, and to wait for locks at the end.
const SPARE: Duration = Duration::from_secs(120);

/// `PRAGMA synchronous` of a store whose commits are on the disk.
const FULL: f64 = 2.0;

/// The program that measures a framework.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) name: String,
    path: PathBuf,
}

impl FromStr for Program {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = text.split_once('=').ok_or("NAME=PROGRAM, such as evento=target/peers/evento")?;
        Ok(Self { name: name.to_owned(), path: path.into() })
    }
}

impl Program {
    /// Measures commands on a new file.
    pub(crate) fn commands(&self, file: &Path, workload: Workload, duration: Duration) -> Result<Sample, Failure> {
        let (clients, accounts) = (workload.clients().to_string(), workload.accounts().to_string());
        let arguments = ["commands", &clients, &accounts, &duration.as_secs_f64().to_string()];
        let said = self.run(file, &arguments, duration * 2)?;
        let micros: Vec<u32> = said.all("micros")?.iter().map(|micros| *micros as u32).collect();
        if micros.is_empty() || said.one("stored")? < micros.len() as f64 {
            return Err(format!("{}: not every command that was answered is stored", self.name).into());
        }
        Ok(Sample {
            seconds: said.one("seconds")?,
            commits: said.one("commits")? as u64,
            conflicts: said.one("conflicts")? as u64,
            work: said.one("work").ok().map(Duration::from_secs_f64),
            micros,
            view_lag: None,
        })
    }

    /// Measures how its own view is filled from all events.
    pub(crate) fn rebuild(&self, file: &Path, events: u64, limit: Duration) -> Result<Rebuilt, Failure> {
        let arguments = ["rebuild", &events.to_string(), &limit.as_secs_f64().to_string()];
        let said = self.run(file, &arguments, limit)?;
        Ok(Rebuilt { events: said.one("events")? as u64, seconds: said.one("seconds")? })
    }

    fn run(&self, file: &Path, arguments: &[&str], expected: Duration) -> Result<Said, Failure> {
        let fails = |reason: &dyn std::fmt::Display| -> Failure { format!("{}: {reason}", self.name).into() };
        let mut command = Command::new(&self.path);
        command.arg(file).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| fails(&error))?;
        let text = output(&mut child, expected + SPARE).map_err(|error| fails(&error))?;
        let said = Said::read(&text)?;
        if said.one("synchronous")? != FULL {
            return Err(fails(&"its commits are not durable"));
        }
        Ok(said)
    }
}

/// What the child prints until it ends. One that does not end in time is ended.
fn output(child: &mut Child, limit: Duration) -> Result<String, Failure> {
    let mut stdout = child.stdout.take().ok_or("it has no output")?;
    let reader = thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let begun = Instant::now();
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if begun.elapsed() > limit => {
                child.kill()?;
                child.wait()?;
                return Err(format!("it did not end within {} s", limit.as_secs()).into());
            }
            None => thread::sleep(Duration::from_millis(20)),
        }
    };
    let text = reader.join().map_err(|_| "its output cannot be read")??;
    if status.success() { Ok(text) } else { Err(format!("it failed: {status}").into()) }
}

/// Lines of a name and numbers.
struct Said(HashMap<String, Vec<f64>>);

impl Said {
    fn read(text: &str) -> Result<Self, Failure> {
        let line = |line: &str| {
            let (name, numbers) = line.split_once(' ').unwrap_or((line, ""));
            let numbers = numbers.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
            Ok((name.to_owned(), numbers))
        };
        text.lines().map(line).collect::<Result<_, Failure>>().map(Self)
    }

    fn all(&self, name: &str) -> Result<&[f64], Failure> {
        self.0.get(name).map(Vec::as_slice).ok_or_else(|| format!("it printed no line `{name}`").into())
    }

    fn one(&self, name: &str) -> Result<f64, Failure> {
        self.all(name)?.first().copied().ok_or_else(|| format!("its line `{name}` has no number").into())
    }
}
