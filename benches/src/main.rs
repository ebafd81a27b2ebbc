//! Commands a second, beside plain SQLite with the same rows and the same durability, in one run on one disk.
//!
//! Each round measures every cell once, so that what else the machine does meets all of them; ratios are of cells of
//! the same round.

mod arguments;
mod check;
mod contestant;
mod framework;
mod machine;
mod model;
mod plain;
mod processor;
mod report;
mod sample;
mod workload;

use arguments::Arguments;
use clap::Parser;
use contestant::Contestant;
use report::Results;
use std::{error::Error, process::ExitCode};
use workload::Workload;

/// Why a measurement came to nothing.
type Failure = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    match measure(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("jangle-benches: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &Arguments) -> Result<(), Failure> {
    let folder = arguments.folder()?;
    println!("{}", machine::facts(folder.path()));
    println!(
        "{} rounds of {} s a cell; {} accounts; one event and one receipt a command; WAL, synchronous=FULL",
        arguments.rounds,
        arguments.seconds,
        workload::ACCOUNTS
    );
    let mut results = Results::default();
    for round in 1..=arguments.rounds {
        for workload in Workload::ALL.into_iter().filter(|workload| arguments.wants_workload(*workload)) {
            for contestant in Contestant::ALL.into_iter().filter(|contestant| arguments.wants(*contestant)) {
                eprintln!("round {round}: {workload}, {contestant}");
                let cell = tempfile::tempdir_in(folder.path())?;
                let sample = contestant.run(&cell.path().join("bench.db"), workload, arguments.duration())?;
                results.add(workload, contestant, sample);
            }
        }
    }
    println!("{results}");
    Ok(())
}
