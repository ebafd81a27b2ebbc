//! The programs of the first chapter print what it says, also when they are started again.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use std::{path::Path, process::Command};

/// What the program prints in this directory.
fn run(program: &str, directory: &Path) -> String {
    let output = Command::new(program).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_first_program_goes_on_where_it_ended() {
    let directory = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_step_1");
    jangle_book::shown("start/first_run.txt", &run(program, directory.path()));
    jangle_book::shown("start/second_run.txt", &run(program, directory.path()));
}

#[test]
fn a_view_that_comes_later_begins_with_the_first_event() {
    let directory = tempfile::tempdir().unwrap();
    run(env!("CARGO_BIN_EXE_step_1"), directory.path());
    run(env!("CARGO_BIN_EXE_step_1"), directory.path());
    jangle_book::shown("start/third_run.txt", &run(env!("CARGO_BIN_EXE_step_2"), directory.path()));
}
