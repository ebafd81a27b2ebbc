//! When the books and a file differ.

use crate::support::{Bank, TWO_ACCOUNTS, sample, some_lines};

/// The lines of two accounts but for one.
fn without(line: usize) -> String {
    let text = some_lines(TWO_ACCOUNTS);
    let kept = text.lines().enumerate().filter(|(index, _)| index + 1 != line);
    kept.flat_map(|(_, line)| [line, "\n"]).collect()
}

#[test]
fn a_store_that_lacks_one_line_differs() {
    for options in [&[][..], &["--overdraft-limit", "0"], &["--overdraft-limit", "1000000"]] {
        let bank = Bank::new();
        bank.import(&bank.file("lacking.csv", without(100)), options);
        let ran = bank.with(&["verify"], &bank.file("two.csv", some_lines(TWO_ACCOUNTS)));
        assert_eq!(ran.code, 1);
        assert!(ran.out.contains("line 100 is missing in the ledger: "), "{options:?}: {}", ran.out);
        assert_eq!(ran.err, "");
    }
}

#[test]
fn a_line_that_the_file_does_not_have_differs() {
    let bank = Bank::with_two_accounts();
    let ran = bank.with(&["verify"], &bank.file("lacking.csv", without(100)));
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains(", which the file does not have\n"), "{}", ran.out);
    // Lines after the last day of a statement belong to another one.
    assert_eq!(bank.with(&["verify"], &bank.file("first.csv", some_lines(100))).code, 0);
}

#[test]
fn an_import_with_a_limit_differs_on_the_days_after_a_refusal() {
    let bank = Bank::new();
    bank.import(&sample(), &["--overdraft-limit", "0"]);
    let ran = bank.with(&["verify"], &sample());
    assert_eq!(ran.code, 1);
    assert!(!ran.out.contains("missing"), "{}", ran.out);
    assert!(ran.out.contains("account 37, 199"), "{}", ran.out);
    let last = ran.out.lines().last().unwrap_or_default();
    assert!(last.contains("of 2,689 account-days (3,485 lines of 40 accounts, 12 refused)"), "{last}");
}

#[test]
fn a_bank_that_has_none_of_the_accounts_differs_in_all_of_them() {
    let bank = Bank::new();
    bank.done(&["create", "x"]);
    let ran = bank.with(&["verify"], &sample());
    assert_eq!((ran.code, ran.out.lines().count()), (1, 41));
    assert!(ran.out.contains("40 differences; the balance differs on 2,689 of 2,689 account-days"), "{}", ran.out);
}

#[test]
fn other_accounts_and_later_entries_make_no_difference() {
    let bank = Bank::with_two_accounts();
    bank.done(&["create", "other"]);
    bank.done(&["deposit", "other", "5"]);
    bank.done(&["deposit", "25", "5"]);
    bank.done(&["delete", "37"]);
    assert_eq!(bank.with(&["verify"], &bank.file("two.csv", some_lines(TWO_ACCOUNTS))).code, 0);
}

#[test]
fn an_account_that_is_deleted_refuses_the_rest_of_its_lines() {
    let bank = Bank::new();
    bank.import(&bank.file("first.csv", some_lines(49)), &[]);
    bank.done(&["delete", "25"]);
    let both = bank.file("two.csv", some_lines(TWO_ACCOUNTS));
    let figures = bank.import(&both, &[]);
    assert_eq!((figures.refused, figures.known), (164 - 49, 49));
    let ran = bank.with(&["verify"], &both);
    assert_eq!(ran.code, 1);
    assert!(!ran.out.contains("missing") && ran.out.contains("115 refused"), "{}", ran.out);
}
