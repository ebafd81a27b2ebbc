//! Two imports at the same time, into one bank.

use crate::support::{Bank, all_statements, ran, sample};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

/// Which of two files a line goes to: by its number among all lines, and by its account.
type Half = fn(number: usize, all: usize, account: &str) -> bool;

const BY_LINE: Half = |number, all, _| number * 2 < all;
const BY_ACCOUNT: Half = |_, _, account| account.bytes().fold(0_u8, u8::wrapping_add).is_multiple_of(2);

/// Two files that together hold the lines of `file`.
fn halves(bank: &Bank, file: &Path, half: Half) -> [PathBuf; 2] {
    let text = fs::read_to_string(file).expect("statements");
    let (header, lines) = text.split_once('\n').expect("a header");
    let all = lines.lines().count();
    let mut halves = [format!("{header}\n"), format!("{header}\n")];
    for (number, line) in lines.lines().enumerate() {
        let account = line.split(';').nth(1).expect("an account").trim_matches('"');
        let half = usize::from(half(number, all, account));
        halves[half].extend([line, "\n"]);
    }
    assert!(halves.iter().all(|half| half.lines().count() * 4 > all), "neither half is small");
    let [first, second] = halves;
    [bank.file("first.csv", first), bank.file("second.csv", second)]
}

/// Imports both halves at once, and holds the books against those of one import of the whole file.
fn both_at_once(file: &Path, half: Half) {
    let (bank, alone) = (Bank::new(), Bank::new());
    let running = halves(&bank, file, half).map(|half| {
        let mut import = bank.command(&[Path::new("import"), &half]);
        import.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs")
    });
    for import in running {
        let ended = ran(import.wait_with_output().expect("the program ends"));
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    let verdict = bank.with(&["verify"], file);
    assert_eq!(verdict.code, 0, "{verdict:?}");

    alone.import(file, &[]);
    for books in [&["accounts", "--format", "csv"][..], &["stats", "--format", "csv"]] {
        assert_eq!(bank.run(books).out, alone.run(books).out);
    }
}

#[test]
fn two_halves_of_the_sample_by_account_are_imported_at_once() {
    both_at_once(&sample(), BY_ACCOUNT);
}

#[test]
fn two_halves_of_the_sample_by_line_are_imported_at_once() {
    both_at_once(&sample(), BY_LINE);
}

#[test]
fn two_halves_of_all_statements_by_account_are_imported_at_once() {
    let Some(file) = all_statements() else { return };
    both_at_once(&file, BY_ACCOUNT);
}

#[test]
fn two_halves_of_all_statements_by_line_are_imported_at_once() {
    let Some(file) = all_statements() else { return };
    both_at_once(&file, BY_LINE);
}
