//! Importing whole files: what is read, accepted and refused, and what the balances then add up to.

use crate::support::{Bank, Figures, all_statements, sample, some_lines};
use std::path::Path;

/// Imports the file twice with these options, and looks at the balances each time.
fn import_twice(file: &Path, options: &[&str], lines: u64, refused: u64, balance: &str) -> Bank {
    let bank = Bank::new();
    let accepted = lines - refused;
    assert_eq!(bank.import(file, options), Figures { read: lines, accepted, refused, known: 0 });
    assert_eq!(bank.balance(), balance);
    assert_eq!(bank.import(file, options), Figures { read: lines, accepted: 0, refused, known: accepted });
    assert_eq!(bank.balance(), balance);
    bank
}

#[test]
fn the_sample_becomes_the_banks_own_balances() {
    let bank = import_twice(&sample(), &[], 3485, 0, "1488671.20");
    let verdict = bank.with(&["verify"], &sample());
    assert_eq!(verdict.code, 0, "{verdict:?}");
    assert_eq!(verdict.out, "no difference in 2,689 account-days (3,485 lines of 40 accounts, 0 refused)\n");
}

#[test]
fn the_sample_with_a_limit_lacks_what_the_limit_forbids() {
    import_twice(&sample(), &["--overdraft-limit", "0"], 3485, 12, "1721736.20");
    let bank = Bank::new();
    let figures = bank.import(&sample(), &["--overdraft-limit", "1000", "--clients", "3"]);
    assert_eq!(figures, Figures { read: 3485, accepted: 3472, refused: 13, known: 0 });
    assert_eq!(bank.balance(), "1640792.20");
}

#[test]
fn an_account_that_exists_keeps_its_limit_in_another_import() {
    let bank = Bank::new();
    bank.import(&sample(), &["--overdraft-limit", "0"]);
    let again = bank.import(&sample(), &["--overdraft-limit", "1000"]);
    assert_eq!(again, Figures { read: 3485, accepted: 0, refused: 12, known: 3473 });
    let again = bank.import(&sample(), &["--clients", "1"]);
    assert_eq!(again, Figures { read: 3485, accepted: 0, refused: 12, known: 3473 });
    assert_eq!(bank.balance(), "1721736.20");
}

#[test]
fn all_statements_become_the_banks_own_balances() {
    let Some(file) = all_statements() else { return };
    let bank = import_twice(&file, &[], 19_984, 0, "10231395.70");
    let verdict = bank.with(&["verify"], &file);
    assert_eq!(verdict.code, 0, "{verdict:?}");
    assert!(verdict.out.contains("no difference in 15,517 account-days"), "{verdict:?}");
}

#[test]
fn all_statements_with_a_limit_lack_what_the_limit_forbids() {
    let Some(file) = all_statements() else { return };
    let bank = import_twice(&file, &["--overdraft-limit", "0"], 19_984, 29, "11044393.70");
    let verdict = bank.with(&["verify"], &file);
    assert_eq!(verdict.code, 1);
    assert!(verdict.out.contains("29 refused"), "{}", verdict.out.lines().last().unwrap_or_default());
    let bank = Bank::new();
    let figures = bank.import(&file, &["--overdraft-limit", "1000"]);
    assert_eq!(figures, Figures { read: 19_984, accepted: 19_954, refused: 30, known: 0 });
    assert_eq!(bank.balance(), "10963449.70");
}

#[test]
fn a_part_of_a_file_and_then_the_whole_is_the_same_as_the_whole() {
    let bank = Bank::new();
    let half = bank.file("half.csv", format!("\u{feff}{}", some_lines(1000).replace('\n', "\r\n")));
    assert_eq!(bank.import(&half, &[]), Figures { read: 1000, accepted: 1000, refused: 0, known: 0 });
    assert_eq!(bank.import(&sample(), &[]), Figures { read: 3485, accepted: 2485, refused: 0, known: 1000 });
    assert_eq!(bank.with(&["verify"], &sample()).code, 0);
    assert_eq!(bank.with(&["verify"], &half).code, 0);
}

#[test]
fn a_line_that_says_something_else_than_it_did_stops_the_import() {
    let bank = Bank::new();
    let before = some_lines(2);
    bank.import(&bank.file("before.csv", &before), &[]);
    let line = before.lines().nth(1).expect("a line");
    let changed = before.replacen(line, &line.replacen("900.00", "901.00", 1), 1);
    assert_ne!(before, changed);
    let ran = bank.with(&["import"], &bank.file("changed.csv", changed));
    assert_eq!(ran.code, 2, "{ran:?}");
    let told = "changed.csv:2:1: transaction 6145 was imported before, with other contents\n";
    assert!(ran.err.starts_with("error: ") && ran.err.contains(told), "{ran:?}");
    let advice = "of 2 lines are done and stay done; correct or remove that line, then import the file again\n";
    assert!(ran.err.contains(advice), "{ran:?}");
}

#[test]
fn no_account_is_opened_for_a_line_that_another_account_has() {
    let bank = Bank::new();
    let before = some_lines(1);
    bank.import(&bank.file("before.csv", &before), &[]);
    let moved = before.replacen("6145;25;", "6145;9125;", 1);
    assert_ne!(before, moved);
    let ran = bank.with(&["import"], &bank.file("moved.csv", moved));
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("moved.csv:2:1: transaction 6145 was imported before, with other contents"), "{ran:?}");
    let accounts = bank.done(&["accounts", "--format", "csv"]);
    assert_eq!(accounts, "account,balance,transactions,status\n25,900.00,1,open\n");
}

#[test]
fn an_import_tells_how_far_it_is_on_standard_error() {
    let bank = Bank::new();
    let ran = bank.with(&["import"], &sample());
    for thousand in 1..=3 {
        assert!(ran.err.contains(&format!("imported {thousand}000 of 3485 lines\n")), "{}", ran.err);
    }
    assert!(!ran.out.contains("imported"), "{}", ran.out);
}

#[test]
fn the_demo_imports_verifies_and_shows_what_is_next() {
    let bank = Bank::new();
    let out = bank.done(&["demo"]);
    assert!(out.contains("no difference in 2,689 account-days"), "{out}");
    assert!(out.contains("all balances add up to 1,488,671.20"), "{out}");
    assert!(out.contains("--store bank-demo.db ledger 37\n"), "{out}");
    assert!(!bank.store().exists(), "the demo has a file of its own");
    let again = bank.done(&["demo"]);
    assert!(again.contains("already known            3,485\n"), "{again}");
    bank.done(&["--store", "bank-demo.db", "ledger", "37"]);
}
