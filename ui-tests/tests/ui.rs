//! Programs that compile, and what users read where theirs does not.
//!
//! Each file is named for its situation. The messages are held against the `.stderr` file beside it; after a change,
//! look at each difference as a stranger would, then run with `TRYBUILD=overwrite`.

use std::process::Command;

/// The compiler whose messages are checked in: others word and frame theirs differently.
const COMPILER: &str = "rustc 1.95.";

#[test]
fn messages_and_programs() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*/*.rs");
    let compiler = compiler();
    if compiler.starts_with(COMPILER) {
        cases.compile_fail("fail/*/*.rs");
    } else {
        println!("messages are not compared: they are those of {COMPILER}x, and this is {compiler}");
    }
}

fn compiler() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("rustc runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
