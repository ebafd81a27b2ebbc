//! Standard error has lines of the log where one is asked for, and only then.

use super::support::{Bank, Ran, sample};
use serde_json::Value;

/// The messages of a log that has nothing but JSON lines.
fn messages(ran: &Ran) -> Vec<String> {
    let lines = ran.err.lines().map(|line| serde_json::from_str::<Value>(line).expect("a JSON line"));
    lines.map(|line| line["message"].as_str().expect("a message").to_owned()).collect()
}

#[test]
fn with_a_level_standard_error_is_json_lines_only() {
    let bank = Bank::new();
    let ran = bank.with(&["--log", "info", "import"], &sample());
    assert_eq!(ran.code, 0, "{ran:?}");
    let messages = messages(&ran);
    assert_eq!(messages.first().map(String::as_str), Some("an application has started"));
    assert!(messages.iter().any(|message| message.starts_with("imported 1000 of")), "{messages:?}");
    assert_eq!(messages.last().map(String::as_str), Some("an application has shut down"));
}

#[test]
fn a_failure_is_a_line_of_the_log_too() {
    let bank = Bank::with_two_accounts();
    let ran = bank.run(&["create", "25", "--log", "error"]);
    assert_eq!((ran.code, messages(&ran).len()), (1, 1), "{ran:?}");
}

#[test]
fn a_failure_is_told_plainly_where_the_log_leaves_it_out() {
    let bank = Bank::with_two_accounts();
    for filter in ["off", "off,jangle=error", "error,bank=off"] {
        let ran = bank.run(&["create", "25", "--log", filter]);
        assert_eq!((ran.code, ran.err.as_str()), (1, "error: account 25: the account exists already\n"), "{filter}");
    }
}

#[test]
fn the_variable_asks_for_a_log_and_the_command_line_wins() {
    let bank = Bank::with_two_accounts();
    let logged = |arguments: &[&str]| {
        let output = bank.command(arguments).env("JANGLE_LOG", "info").output().expect("the program runs");
        String::from_utf8(output.stderr).expect("text")
    };
    assert!(logged(&["accounts"]).contains("an application has started"));
    assert_eq!(logged(&["accounts", "--log", "off"]), "");
}

#[test]
fn without_one_it_is_quiet() {
    assert_eq!(Bank::with_two_accounts().run(&["accounts"]).err, "");
}

#[test]
fn a_level_that_is_none_is_bad_usage() {
    let ran = Bank::new().run(&["accounts", "--log", "loud"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with("error: the filter of the log has `loud`; it takes `off`"), "{ran:?}");
}

#[test]
fn a_variable_that_asks_for_no_level_is_told_by_its_name() {
    let output = Bank::new().command(&["accounts"]).env("JANGLE_LOG", "info,loud").output().expect("the program runs");
    let error = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(2));
    assert!(error.starts_with("error: the environment variable JANGLE_LOG has `loud`; it takes"), "{error}");
}

#[test]
fn settings_of_the_environment_are_checked() {
    let bank = Bank::with_two_accounts();
    let output = bank.command(&["accounts"]).env("JANGLE_BATCH_SIZE", "many").output().expect("the program runs");
    let error = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(2));
    assert!(error.contains("the environment variable JANGLE_BATCH_SIZE is `many`"), "{error}");
}
