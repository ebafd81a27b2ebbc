//! Lists in all their forms, and the commands of a customer.

use crate::support::{Bank, TWO_ACCOUNTS, some_lines};
use std::process::Stdio;

fn small_bank() -> Bank {
    let bank = Bank::new();
    for id in ["10", "9", "zoe", "007", "a,b"] {
        bank.done(&["create", id, "--name", "Annabel"]);
    }
    bank.done(&["deposit", "9", "934567.8"]);
    bank.done(&["withdraw", "10", "99.95"]);
    bank.done(&["delete", "zoe"]);
    bank
}

#[test]
fn accounts_in_csv_are_numbers_by_size_and_then_the_others() {
    let list = small_bank().done(&["accounts", "--format", "csv"]);
    let expected = "\
account,balance,transactions,status
007,0.00,0,open
9,934567.80,1,open
10,-99.95,1,open
\"a,b\",0.00,0,open
zoe,0.00,0,deleted
";
    assert_eq!(list, expected);
}

#[test]
fn accounts_in_json_have_exact_amounts() {
    let list: serde_json::Value =
        serde_json::from_str(&small_bank().done(&["accounts", "--format", "json"])).expect("JSON");
    assert_eq!(
        list[2],
        serde_json::json!({
            "account": "10", "name": "Annabel", "balance": "-99.95", "overdraft_limit": "100.00",
            "transactions": 1, "status": "open"
        })
    );
}

#[test]
fn tables_fit_eighty_columns_and_align_amounts() {
    let bank = small_bank();
    let table = bank.done(&["accounts"]);
    assert!(table.contains("934,567.80") && table.contains("all balances add up to 934,467.85"), "{table}");
    let points: Vec<_> = table.lines().filter(|line| line.starts_with('│')).filter_map(|line| line.find('.')).collect();
    assert!(points.len() == 5 && points.iter().all(|point| *point == points[0]), "{table}");
    bank.import(&bank.file("two.csv", some_lines(TWO_ACCOUNTS)), &[]);
    for arguments in [&["accounts"][..], &["ledger", "37"], &["account", "9"], &["stats"], &["model"]] {
        let table = bank.done(arguments);
        let widest = table.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(80), "{table}");
    }
}

#[test]
fn tables_cut_names_and_details_and_never_figures_or_ids() {
    let bank = Bank::new();
    let iban = "CZ6508000000192000145399";
    let long = "k".repeat(64);
    for id in [iban, &long] {
        bank.done(&["create", id, "--name", "Annabel Marlene", "--overdraft-limit", "1234567.89"]);
        bank.done(&["deposit", id, "1000000"]);
        bank.done(&["deposit", id, "869135.60"]);
    }
    for arguments in [&["accounts"][..], &["ledger", iban], &["account", iban], &["stats"]] {
        let table = bank.done(arguments);
        assert!(table.contains("1,869,135.60"), "{table}");
        let widest = table.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(80) || arguments == ["accounts"], "{table}");
        if arguments[0] == "accounts" {
            assert!(table.contains(iban) && table.contains(&long) && table.contains("1,234,567.89"), "{table}");
            assert!(
                ["overdraft", "limit", "transactions", "status"].iter().all(|word| table.contains(word)),
                "{table}"
            );
        }
        assert!(arguments[0] != "account" || table.contains(arguments[1]), "{table}");
    }
    assert!(bank.done(&["account", &long]).contains(&long));
    let bank = Bank::new();
    bank.done(&["create", iban, "--name", "Annabel Marlene"]);
    bank.done(&["deposit", iban, "1000000"]);
    bank.done(&["deposit", iban, "869135.60"]);
    let table = bank.done(&["accounts"]);
    let widest = table.lines().map(|line| line.chars().count()).max();
    assert!(table.contains(iban) && table.contains("1,869,135.60") && widest <= Some(80), "{table}");
    let line = "1;CZ6508000000192000145399Z;960728;credit;a remittance from somewhere else;1869135.60;1869135.60;household;AB;1";
    let bank = Bank::new();
    let header = "trans_id;account_id;date;type;operation;amount;balance;k_symbol;bank;account";
    bank.import(&bank.file("iban.csv", format!("{header}\n{line}\n")), &["--overdraft-limit", "1000"]);
    for arguments in [&["accounts"][..], &["ledger", "CZ6508000000192000145399Z"]] {
        let table = bank.done(arguments);
        let widest = table.lines().map(|line| line.chars().count()).max();
        assert!(table.contains("1,869,135.60") && widest <= Some(80), "{table}");
    }
}

#[test]
fn a_ledger_is_by_day_with_the_balance_after_each_entry() {
    let bank = Bank::with_two_accounts();
    let ledger = bank.done(&["ledger", "25", "--format", "csv"]);
    let mut lines = ledger.lines();
    assert_eq!(lines.next(), Some("day,transaction,kind,amount,balance,details"));
    assert_eq!(lines.next(), Some("1996-07-28,6145,deposit,900.00,900.00,credit in cash"));
    let third = ledger.lines().nth(9);
    assert_eq!(third, Some("1996-09-30,3531117,interest,362.50,58136.50,interest credited"));
    let days: Vec<&str> = ledger.lines().skip(1).map(|line| &line[..10]).collect();
    assert!(days.is_sorted() && days.len() == 164, "{} {}", days.is_sorted(), days.len());
}

#[test]
fn a_customer_hears_what_came_of_a_command() {
    let bank = Bank::new();
    let created = bank.done(&["create", "7", "--name", "Annabel", "--overdraft-limit", "20"]);
    assert_eq!(created, "account 7 is open for Annabel; its overdraft limit is 20.00\n");
    assert_eq!(bank.done(&["deposit", "7", "1000"]), "deposited 1,000.00; account 7 has 1,000.00\n");
    assert_eq!(bank.done(&["withdraw", "7", "1020"]), "withdrew 1,020.00; account 7 has -20.00\n");
    assert_eq!(bank.done(&["forgive", "7"]), "forgave 20.00; account 7 has 0.00\n");
    assert_eq!(bank.done(&["delete", "7"]), "account 7 is deleted\n");
    assert_eq!(bank.done(&["delete", "7"]), "account 7 was deleted before\n");
}

#[test]
fn a_refusal_is_told_with_code_1() {
    let bank = Bank::new();
    bank.done(&["create", "7"]);
    bank.done(&["create", "8"]);
    bank.done(&["delete", "8"]);
    for (arguments, told) in [
        (
            &["withdraw", "7", "100.01"][..],
            "account 7: insufficient funds: the balance is 0.00, and it may not fall below -100.00",
        ),
        (&["create", "7"], "account 7: the account exists already"),
        (&["forgive", "7"], "account 7: there is no debt to forgive: the balance is 0.00"),
        (&["deposit", "9", "1"], "account 9: the account does not exist"),
        (&["deposit", "8", "1"], "account 8: the account is deleted"),
        (&["account", "9"], "account 9: the account does not exist"),
        (&["account", "8"], "account 8: the account is deleted"),
        (&["ledger", "9"], "account 9: the account does not exist"),
        (&["ledger", "8"], "account 8: the account is deleted"),
    ] {
        let ran = bank.run(arguments);
        assert_eq!((ran.code, ran.err.as_str(), ran.out.as_str()), (1, format!("error: {told}\n").as_str(), ""));
    }
}

#[test]
fn statistics_count_each_kind_of_entry() {
    let bank = Bank::with_two_accounts();
    let stats = bank.done(&["stats", "--format", "csv"]);
    assert!(stats.starts_with("what,number,total,average\nopen accounts,2,,\ndeleted accounts,0,,\nbalances,2,47989.80,23994.90\ntransactions,280,,\n"), "{stats}");
    let numbers: u64 = stats
        .lines()
        .skip(5)
        .map(|line| line.split(',').nth(1).expect("a number").parse::<u64>().expect("a number"))
        .sum();
    assert_eq!(numbers, 280);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let bank = Bank::with_two_accounts();
    let mut child =
        bank.command(&["ledger", "25"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn help_fits_eighty_columns() {
    let bank = Bank::new();
    let help = bank.done(&["help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(commands.len(), 14, "{help}");
    for text in commands.iter().map(|command| bank.done(&["help", command])).chain([help.clone()]) {
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest < Some(80), "{text}");
    }
}

#[test]
fn json_has_its_keys_in_the_order_of_the_columns() {
    let bank = Bank::new();
    bank.done(&["create", "7"]);
    let list = bank.done(&["accounts", "--format", "json"]);
    let keys = ["account", "name", "balance", "overdraft_limit", "transactions", "status"];
    let places: Vec<_> = keys.iter().map(|key| list.find(&format!("\"{key}\":")).expect("the key")).collect();
    assert!(places.is_sorted(), "{list}");
}

#[test]
fn one_of_a_thing_is_told_as_one() {
    let bank = Bank::new();
    bank.done(&["create", "7"]);
    assert!(bank.done(&["accounts"]).contains("\n1 account; all balances"));
    let ran = bank.with(&["verify"], &bank.file("one.csv", some_lines(1)));
    assert!(ran.out.contains("the file has 1 line on 1 day\n"), "{ran:?}");
    assert!(
        ran.out.contains("1 difference; the balance differs on 1 of 1 account-day (1 line of 1 account, 0 refused)"),
        "{ran:?}"
    );
}

#[test]
fn the_model_is_a_diagram_and_lists_with_places_and_needs_no_store() {
    let bank = Bank::new();
    let text = bank.done(&["model"]);
    assert!(text.starts_with("flowchart LR\n"), "{text}");
    let list: Vec<serde_json::Value> = serde_json::from_str(&bank.done(&["model", "--format", "json"])).expect("JSON");
    for item in &list {
        let (name, file, line) = (&item["name"], &item["file"], &item["line"]);
        let (Some(name), Some(file), Some(line)) = (name.as_str(), file.as_str(), line.as_u64()) else {
            panic!("{item}");
        };
        let place = file.strip_prefix("examples/bank/src/").map(|place| format!("{place}:{line}"));
        let row = |row: &str| row.contains(name) && place.as_ref().is_some_and(|place| row.contains(place));
        assert!(text.lines().any(row), "{item}: {text}");
    }
    let kinds = ["command", "aggregate", "event", "projection", "query", "view"];
    let number = |kind: &str| list.iter().filter(|item| item["kind"] == kind).count();
    assert!(kinds.iter().all(|kind| number(kind) > 0));
    assert_eq!(list.len(), kinds.iter().map(|kind| number(kind)).sum::<usize>(), "there are no other kinds");
}
