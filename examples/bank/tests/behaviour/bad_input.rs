//! Whatever is wrong with what is given is told, with what to do about it, and nothing is changed.

use crate::support::{Bank, sample};
use std::fs;

const HEADER: &str = "trans_id;account_id;date;type;operation;amount;balance;k_symbol;bank;account";
const GOOD: &str = "1;25;960728;credit;credit in cash;900.00;900.00;;;";

/// Imports the bytes and verifies against them: each time they are refused with `told`, and no bank is there then.
#[track_caller]
fn refused(bytes: impl AsRef<[u8]>, told: &str) {
    let bank = Bank::new();
    let file = bank.file("f.csv", bytes);
    for command in ["import", "verify"] {
        let ran = bank.run(&[command, "f.csv"]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.starts_with("error: ") && ran.err.contains(told), "expected {told:?} in {ran:?}");
        assert_eq!(ran.out, "");
        assert!(!bank.store().exists(), "a bank was begun");
    }
    fs::remove_file(file).expect("the file");
}

#[test]
fn a_file_that_cannot_be_read() {
    let bank = Bank::new();
    for (file, told) in
        [("nowhere.csv", "cannot read nowhere.csv: No such file"), (".", "cannot read .: it is a directory")]
    {
        let ran = bank.run(&["import", file]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.starts_with(&format!("error: {told}")), "{ran:?}");
        assert!(!bank.store().exists());
    }
}

#[test]
fn a_file_that_is_no_statement() {
    refused("", "f.csv:1:1: expected trans_id;");
    refused("{\"a\": [1, 2]}\n", "f.csv:1:1: expected a header with the columns trans_id;");
    refused(HEADER.replace(';', ","), "f.csv:1:1: expected a header with the columns trans_id;");
    refused(b"SQLite format 3\0\x10\0\x01\x01\0", "f.csv:1:1: expected a header");
    refused(b"\x7fELF\x02\xff\xfe", "f.csv:1:1: expected text in UTF-8, found the byte 0xff");
}

#[test]
fn a_statement_without_one_of_its_columns() {
    for column in HEADER.split(';') {
        let renamed: Vec<_> = HEADER.split(';').map(|name| if name == column { "x" } else { name }).collect();
        refused(format!("{}\n{GOOD}\n", renamed.join(";")), &format!("expected a column `{column}`"));
    }
}

#[test]
fn a_field_that_does_not_read_as_what_it_is() {
    for (line, told) in [
        ("2;25;970229;credit;;1.00;1.00;;;", "f.csv:3:6: expected a day of the calendar as YYMMDD, found `970229`"),
        ("2;25;96072;credit;;1.00;1.00;;;", "f.csv:3:6: expected a day"),
        (
            "2;25;960728;gift;;1.00;1.00;;;",
            "f.csv:3:13: expected `credit`, `withdrawal` or `withdrawal in cash`, found `gift`",
        ),
        ("2;25;960728;credit;;12,5;1.00;;;", "f.csv:3:21: expected an amount such as 1234.50, found `12,5`"),
        ("2;25;960728;credit;;1e9;1.00;;;", "f.csv:3:21: expected an amount such as 1234.50, found `1e9`"),
        ("2;25;960728;credit;;-3;1.00;;;", "f.csv:3:21: expected an amount such as 1234.50, found `-3`"),
        ("2;25;960728;credit;;;1.00;;;", "f.csv:3:21: expected an amount such as 1234.50, found nothing"),
        ("2;25;960728;credit;;1.234;1.00;;;", "f.csv:3:21: expected an amount such as 1234.50, found `1.234`"),
        (
            "2;25;960728;credit;;99999999999999999999;1.00;;;",
            "f.csv:3:21: expected an amount of at most 999,999,999,999.99",
        ),
        ("2;25;960728;credit;;1.00;x;;;", "f.csv:3:26: expected a balance"),
        (
            "2;;960728;credit;;1.00;1.00;;;",
            "f.csv:3:3: expected an id of 1 to 64 printable characters without blanks at its ends, found nothing",
        ),
        ("2; 25;960728;credit;;1.00;1.00;;;", "without blanks at its ends, found ` 25`"),
        (
            "2;2\x005;960728;credit;;1.00;1.00;;;",
            "f.csv:3:3: expected an id of 1 to 64 printable characters without blanks at its ends, found `2\\05`",
        ),
        ("2\u{2066};25;960728;credit;;1.00;1.00;;;", "found `2\\u{2066}`"),
        (
            "2;25;960728;credit;a\u{200b}b;1.00;1.00;;;",
            "f.csv:3:20: expected text of printable characters, found `a\\u{200b}b`",
        ),
        (
            "1;25;960728;credit;;1.00;1.00;;;",
            "f.csv:3:1: expected a `trans_id` of its own, found `1` again, which line 2 has",
        ),
        ("2;25;960728;cre", "f.csv:3:16: expected 10 fields, found the end of the line after 4"),
        ("2;25;960728;credit;\"credit in ca", "f.csv:3:20: expected a quote that is closed in its line"),
    ] {
        refused(format!("{HEADER}\n{GOOD}\n{line}\n"), told);
    }
}

#[test]
fn a_field_that_is_too_long() {
    let long = "x".repeat(2_000_000);
    refused(
        format!("{HEADER}\n{GOOD}\n2;25;960728;credit;{long};1.00;1.00;;;\n"),
        "f.csv:3:20: expected text of at most 200 characters, found `xxx",
    );
    refused(format!("{HEADER}\n{GOOD}\n{long}\n"), "f.csv:3:2000001: expected 10 fields");
}

#[test]
fn a_byte_that_is_not_utf_8() {
    let mut bytes = format!("{HEADER}\n{GOOD}\n2;25;960728;credit;caf").into_bytes();
    bytes.extend_from_slice(b"\xe9;1.00;1.00;;;\n");
    refused(bytes, "f.csv:3:20: expected text in UTF-8, found the byte 0xe9");
}

#[test]
fn a_whole_file_is_checked_before_anything_of_it_is_imported() {
    let mut text = fs::read_to_string(sample()).expect("the sample");
    text.push_str("1;25;960728;credit;;1.00;1.00;;;\n2;25;960728;credit;;oh;1.00;;;\n3;25;960728;credit;;no;1.00;;;\n");
    refused(text, "f.csv:3488:21: expected an amount such as 1234.50, found `oh`\nf.csv:3489:21: ");
}

#[test]
fn a_bank_that_is_known_keeps_what_it_has_when_a_file_is_refused() {
    let bank = Bank::new();
    bank.import(&sample(), &[]);
    let file =
        bank.file("f.csv", format!("{HEADER}\n9999999;25;990101;credit;;1.00;1.00;;;\n5;25;x;credit;;1.00;1.00;;;\n"));
    assert_eq!(bank.with(&["import"], &file).code, 2);
    assert_eq!(bank.balance(), "1488671.20");
}

#[test]
fn amounts_limits_names_and_ids_are_checked_before_the_bank_is_opened() {
    let bank = Bank::new();
    let long = "x".repeat(5000);
    let told_of_long = format!("for <ID>, found `{}…`\n", &long[..40]);
    for (arguments, told) in [
        (&["deposit", "7", "0"][..], "expected an amount from 0.01 to 1,000,000.00"),
        (&["deposit", "7", "-3"], "expected an amount from 0.01"),
        (&["deposit", "7", "12,5"], "expected an amount from 0.01"),
        (&["withdraw", "7", "1e9"], "expected an amount from 0.01"),
        (&["withdraw", "7", "1000000.01"], "expected an amount from 0.01"),
        (&["create", "7", "--overdraft-limit", "-1"], "expected an amount such as 1234.50"),
        (&["create", "7", "--name", "Anna"], "expected a name of 5 to 15 printable characters"),
        (&["create", ""], "expected an id of 1 to 64 printable characters without blanks at its ends"),
        (&["create", " 25"], "without blanks at its ends for <ID>, found ` 25`\n"),
        (&["create", "a\u{202e}b"], "without blanks at its ends for <ID>, found `a\\u{202e}b`\n"),
        (&["create", "a\u{200b}b"], "without blanks at its ends for <ID>, found `a\\u{200b}b`\n"),
        (&["create", "a\u{1b}[2Jb"], "without blanks at its ends for <ID>, found `a\\u{1b}[2Jb`\n"),
        (&["account", &long], &told_of_long),
        (&["create", "7", "--name", "      "], "expected a name of 5 to 15 printable characters, not only blanks"),
        (&["create", "7", "--name", "Anna\u{202e}bel"], "expected a name of 5 to 15 printable characters"),
        (&["import", "f.csv", "--clients", "0"], "0 is not in 1..=1024"),
        (&["accounts", "--format", "xml"], "possible values: table, json, csv"),
        (&["steal"], "unrecognized subcommand"),
        (&[], "Usage"),
    ] {
        let ran = bank.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(told), "expected {told:?} in {ran:?}");
        assert!(!bank.store().exists(), "{arguments:?} began a bank");
    }
}

#[test]
fn a_bank_that_is_not_there_is_not_begun_by_a_question() {
    let bank = Bank::new();
    let sample = sample();
    let sample = sample.to_str().expect("a path");
    for arguments in [
        &["accounts"][..],
        &["account", "7"],
        &["ledger", "7"],
        &["stats"],
        &["deposit", "7", "1"],
        &["withdraw", "7", "1"],
        &["forgive", "7"],
        &["delete", "7"],
        &["verify", sample],
    ] {
        let ran = bank.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {ran:?}");
        assert!(ran.err.starts_with("error: there is no bank at bank.db: "), "{ran:?}");
        assert!(!bank.store().exists(), "{arguments:?} began a bank");
    }
}

#[test]
fn a_store_that_is_no_bank_is_left_alone() {
    let bank = Bank::new();
    let bytes = b"these are somebody's notes, and not a bank\n".repeat(100);
    let notes = bank.file("notes.txt", &bytes);
    let sample = sample();
    let sample = sample.to_str().expect("a path");
    for arguments in [&["accounts"][..], &["create", "7"], &["import", sample]] {
        let ran = bank.run(&[&["--store", "notes.txt"], arguments].concat());
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.starts_with("error: ") && ran.err.contains("notes.txt"), "{ran:?}");
        assert_eq!(fs::read(&notes).expect("the notes"), bytes);
    }
}
