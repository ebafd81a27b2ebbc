//! What the README and CI call: `cargo xtask test`, `cargo xtask bench`.

use clap::{Parser, Subcommand};
use std::{
    env,
    path::{Path, PathBuf},
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
        /// Beside other frameworks, too, which are built first.
        #[arg(long)]
        peers: bool,
        /// Arguments for the benchmark.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Test { kills, seed } => test(kills, seed),
        Task::Bench { peers, arguments } => {
            let mut bench = cargo(&["run", "--release", "--package", "jangle-benches", "--"]);
            bench.args(if peers { built_peers() } else { Vec::new() });
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

/// The programs of the frameworks that can be built here, as arguments for the benchmark.
fn built_peers() -> Vec<String> {
    const PEERS: [&str; 2] = ["cqrs-es", "evento"];
    let target = PathBuf::from(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()));
    let folder = Path::new("benches").join("peers");
    let built = PEERS.into_iter().filter_map(|name| {
        let (manifest, target) = (folder.join(name).join("Cargo.toml"), target.join("peers").join(name));
        let mut build = cargo(&["build", "--release", "--locked"]);
        build.arg("--manifest-path").arg(manifest).arg("--target-dir").arg(&target);
        if let Err(message) = run(&mut build) {
            eprintln!("xtask: {name} is not measured: {message}");
            return None;
        }
        let program = target.join("release").join(format!("peer-{name}{}", env::consts::EXE_SUFFIX));
        Some(format!("--peer={name}={}", program.display()))
    });
    built.collect()
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
