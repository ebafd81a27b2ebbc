//! What the README and CI call: `cargo xtask test`, `cargo xtask bench`.

use clap::{Parser, Subcommand};
use std::{
    env,
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

/// Tasks of this workspace.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Runs every test, and the formatter and the linter where they are installed.
    Test {
        /// How often an import is killed (20 unless set here).
        #[arg(long, default_value_t = 20)]
        kills: u32,
        /// What the moments of the kills derive from.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Measures commands a second beside plain SQLite.
    Bench {
        /// Arguments for the benchmark.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Test { kills, seed } => test(kills, seed),
        Task::Bench { arguments } => {
            let mut bench = cargo(&["run", "--release", "--package", "jangle-benches", "--"]);
            run(bench.args(arguments))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn test(kills: u32, seed: u64) -> Result<(), String> {
    if is_installed("fmt") {
        run(&mut cargo(&["fmt", "--all", "--check"]))?;
    }
    run(cargo(&["test", "--workspace"]).env("KILLS", kills.to_string()).env("KILL_SEED", seed.to_string()))?;
    if is_installed("clippy") {
        run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    }
    run(cargo(&["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings"))
}

/// Whether this subcommand of cargo is there; a minimal toolchain has neither a formatter nor a linter.
fn is_installed(subcommand: &str) -> bool {
    let found = cargo(&[subcommand, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        eprintln!("xtask: cargo {subcommand} is not installed: skipped (`rustup component add` brings it)");
    }
    found
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}

fn run(command: &mut Command) -> Result<(), String> {
    let shown: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let shown = format!("cargo {}", shown.join(" "));
    eprintln!("xtask: {shown}");
    let begun = Instant::now();
    let status = command.status().map_err(|error| format!("{shown} cannot be started: {error}"))?;
    eprintln!("xtask: {shown}: {status} after {} s", begun.elapsed().as_secs());
    if status.success() { Ok(()) } else { Err(format!("{shown} failed")) }
}
