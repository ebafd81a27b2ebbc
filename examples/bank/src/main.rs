//! The command line of the bank. Standard output is data; progress and errors go to standard error.

mod cli;

use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let done = match cli::log::begin(cli.log.as_deref()) {
        Ok(()) => cli::run(cli).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.exit(),
    }
}
