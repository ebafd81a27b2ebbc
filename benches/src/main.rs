//! Commands a second, beside plain SQLite with the same rows and the same durability, and beside other frameworks, in one
//! run on one disk.
//!
//! Each round measures every cell once, so that what else the machine does meets all of them; ratios are of cells of
//! the same round.

mod arguments;
mod bars;
mod check;
mod contestant;
mod framework;
mod machine;
mod model;
mod peer;
mod plain;
mod processor;
mod rebuild;
mod report;
mod sample;
mod workload;

use arguments::Arguments;
use bars::Bars;
use clap::Parser;
use contestant::Contestant;
use report::Results;
use std::{error::Error, path::Path, process::ExitCode};
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
                let file = cell.path().join("bench.db");
                let sample = contestant.run(&file, workload, arguments.duration(), &arguments.peers)?;
                results.add(workload, contestant, sample);
            }
        }
        for contestant in Contestant::ALL.into_iter().filter(|contestant| arguments.wants(*contestant)) {
            eprintln!("round {round}: rebuild, {contestant}");
            measure_rebuild(arguments, folder.path(), contestant, &mut results)?;
        }
    }
    println!("{results}");
    println!("{}", Bars(&results));
    Ok(())
}

fn measure_rebuild(
    arguments: &Arguments,
    folder: &Path,
    contestant: Contestant,
    results: &mut Results,
) -> Result<(), Failure> {
    if arguments.events > 0 {
        let cell = tempfile::tempdir_in(folder)?;
        let (file, limit) = (cell.path().join("bench.db"), arguments.rebuild_limit());
        if let Some(rebuilt) = contestant.rebuild(&file, arguments.events, limit, &arguments.peers)? {
            results.add_rebuilt(contestant, rebuilt);
        }
    }
    Ok(())
}
