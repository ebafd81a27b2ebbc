use super::*;
use crate::{
    Day, Money,
    books::{AccountSummary, LedgerRow, Status},
    domain::{EntryKind, Slip},
};

fn day(text: &str) -> Day {
    text.parse().expect(text)
}

fn line(number: usize, date: &str, kind: EntryKind, amount: i64, balance: i64) -> StatementLine {
    StatementLine {
        number,
        column: 1,
        transaction: number.to_string(),
        account: "25".to_owned(),
        kind,
        amount: Money::from_minor(amount),
        balance: Money::from_minor(balance),
        slip: Slip { day: day(date), operation: None, purpose: None, counterparty: None },
    }
}

/// In 1.00, out 4.00 on the next day, in 5.00 and interest of 0.10 on the day after.
fn statement() -> Vec<StatementLine> {
    vec![
        line(2, "1996-01-01", EntryKind::Deposit, 10_000, 10_000),
        line(3, "1996-01-02", EntryKind::Withdrawal, 40_000, -30_000),
        line(4, "1996-01-03", EntryKind::Deposit, 50_000, 20_000),
        line(5, "1996-01-03", EntryKind::Interest, 1_000, 21_000),
    ]
}

/// The ledger of an account that took these lines, in this order.
fn ledger<'a>(lines: impl IntoIterator<Item = &'a StatementLine>) -> Vec<LedgerRow> {
    let entries = lines.into_iter().zip(2..);
    let row = |(line, version): (&StatementLine, u64)| LedgerRow {
        account: line.account.clone(),
        day: line.slip.day,
        version,
        transaction: Some(line.transaction.clone()),
        kind: Some(line.kind),
        change: line.kind.signed(line.amount),
        details: None,
    };
    entries.map(row).collect()
}

/// The row of an account with this ledger.
fn summary(entries: &[LedgerRow], limit: Option<i64>) -> AccountSummary {
    AccountSummary {
        account: "25".to_owned(),
        name: None,
        balance: entries.iter().map(|entry| entry.change).sum(),
        overdraft_limit: limit.map(Money::from_minor),
        transactions: entries.len() as u64,
        forgiveness_left: 2,
        last_day: None,
        status: Status::Open,
    }
}

fn audited(entries: Vec<LedgerRow>, limit: Option<i64>) -> Audit {
    let lines = statement();
    let summary = summary(&entries, limit);
    audit("25", &lines.iter().collect::<Vec<_>>(), Some(&summary), entries)
}

fn told(audit: &Audit) -> Vec<String> {
    audit.differences.iter().map(ToString::to_string).collect()
}

#[test]
fn books_that_hold_every_line_do_not_differ() {
    let audit = audited(ledger(&statement()), None);
    assert_eq!(audit, Audit { lines: 4, refused: 0, days: 3, differences: vec![] });
}

#[test]
fn an_account_that_the_bank_does_not_have_is_told_once() {
    let lines = statement();
    let audit = audit("25", &lines.iter().collect::<Vec<_>>(), None, vec![]);
    assert_eq!(told(&audit), ["account 25: the bank does not have it; the file has 4 lines on 3 days"]);
}

#[test]
fn a_line_that_nobody_had_reason_to_refuse_is_missing() {
    for (lacking, limit) in [(0, None), (2, Some(0)), (3, Some(100)), (1, None), (1, Some(30_000))] {
        let mut kept = statement();
        kept.remove(lacking);
        let audit = audited(ledger(&kept), limit);
        let line = format!("line {} is missing in the ledger", lacking + 2);
        assert!(told(&audit).iter().any(|told| told.contains(&line)), "{lacking}: {audit:?}");
        assert_eq!(audit.refused, 0);
    }
}

#[test]
fn a_line_that_the_limit_forbade_was_refused_and_its_days_differ() {
    let mut kept = statement();
    kept.remove(1);
    let audit = audited(ledger(&kept), Some(29_999));
    assert_eq!(audit.refused, 1);
    assert_eq!(
        told(&audit),
        [
            "account 25, 1996-01-02: the books have 100.00, the bank recorded -300.00",
            "account 25, 1996-01-03: the books have 610.00, the bank recorded 200.00 or 210.00",
        ]
    );
}

#[test]
fn whatever_came_after_the_account_was_deleted_was_refused() {
    let entries = ledger(&statement()[..1]);
    let mut row = summary(&entries, None);
    row.status = Status::Deleted;
    let lines = statement();
    let audit = audit("25", &lines.iter().collect::<Vec<_>>(), Some(&row), entries);
    assert_eq!((audit.refused, audit.differences.len()), (3, 2));
}

#[test]
fn a_line_that_came_before_the_account_was_deleted_is_missing() {
    let mut lines = statement();
    let missing = lines.remove(1);
    let entries = ledger(&lines);
    lines.insert(1, missing);
    let mut row = summary(&entries, None);
    row.status = Status::Deleted;
    let audit = audit("25", &lines.iter().collect::<Vec<_>>(), Some(&row), entries);
    assert!(told(&audit)[0].contains("line 3 is missing in the ledger"), "{audit:?}");
}

#[test]
fn a_line_that_the_limit_forbids_must_not_be_in_the_ledger() {
    let audit = audited(ledger(&statement()), Some(20_000));
    let expected =
        "account 25, 1996-01-02: transaction 3 took the balance to -300.00, beyond the overdraft limit of 200.00";
    assert_eq!(told(&audit), [expected]);
}

#[test]
fn a_line_that_the_ledger_has_otherwise_is_told() {
    let change: [fn(&mut LedgerRow); 3] = [
        |row| row.change = Money::from_minor(50_001),
        |row| row.day = day("1996-01-04"),
        |row| row.kind = Some(EntryKind::Interest),
    ];
    for change in change {
        let mut entries = ledger(&statement());
        change(&mut entries[2]);
        let audit = audited(entries, None);
        let expected = "account 25: line 4 has another day, kind or amount in the ledger: transaction 4";
        assert!(told(&audit).contains(&expected.to_owned()), "{audit:?}");
    }
}

#[test]
fn an_entry_that_the_statement_does_not_have_is_told_within_its_days() {
    let mut lines = statement();
    lines.push(line(99, "1996-01-02", EntryKind::Interest, 10, 0));
    lines.push(line(100, "2026-01-02", EntryKind::Deposit, 77_700, 0));
    let audit = audited(ledger(&lines), None);
    assert_eq!(told(&audit), ["account 25, 1996-01-02: the ledger has transaction 99, which the file does not have"]);
}

#[test]
fn a_balance_may_be_off_by_one_and_no_more() {
    for (off, differs) in [(0, 0), (100, 0), (-100, 0), (101, 1), (-101, 1)] {
        let mut lines = statement();
        lines[0].balance = Money::from_minor(10_000 + off);
        let entries = ledger(&lines);
        let audit = audit("25", &lines.iter().collect::<Vec<_>>(), Some(&summary(&entries, None)), entries);
        assert_eq!(audit.differences.len(), differs, "{off}");
    }
}

#[test]
fn an_account_row_that_disagrees_with_the_ledger_is_told() {
    let lines = statement();
    let entries = ledger(&lines);
    let mut row = summary(&entries, None);
    row.transactions = 5;
    let audit = audit("25", &lines.iter().collect::<Vec<_>>(), Some(&row), entries);
    let expected = "account 25: the list of accounts has 210.00 after 5 transactions, the ledger 210.00 after 4";
    assert_eq!(told(&audit), [expected]);
}

#[test]
fn entries_between_a_statements_lines_count_for_what_must_have_been_refused() {
    // 4.00 were taken out here after the first line, so the second line met a lower balance.
    let mut lines = statement();
    lines.remove(1);
    lines.insert(1, line(50, "2026-01-01", EntryKind::Withdrawal, 5_000, 0));
    assert_eq!(audited(ledger(&lines), Some(30_000)).refused, 1);
}
