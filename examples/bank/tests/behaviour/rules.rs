//! The rules of accounts, through the library.

use bank::{
    Amount, Money,
    books::{AccountLedger, AccountSummaryOf, BankStats, Status},
    domain::{
        CreateAccount, DeleteAccount, DepositFunds, EntryKind, ForgiveDebt, OpenAccount, PostStatementLine, Refusal,
        Slip, WithdrawFunds,
    },
};
use jangle::{MemoryStore, prelude::*};

fn money(text: &str) -> Money {
    Money::parse_signed(text).expect(text)
}

fn amount(text: &str) -> Amount {
    text.parse().expect(text)
}

async fn bank() -> Jangle {
    Jangle::builder().store(MemoryStore::new()).start().await.expect("it starts")
}

/// A bank whose account `7` may fall to -100.00.
async fn bank_with_an_account() -> Jangle {
    let app = bank().await;
    app.send(create("7", Some("100"))).await.expect("created");
    app
}

fn create(account: &str, limit: Option<&str>) -> CreateAccount {
    CreateAccount { account: account.to_owned(), name: None, overdraft_limit: limit.map(money) }
}

fn deposit(of: &str) -> DepositFunds {
    DepositFunds { account: "7".to_owned(), amount: amount(of) }
}

fn withdraw(of: &str) -> WithdrawFunds {
    WithdrawFunds { account: "7".to_owned(), amount: amount(of) }
}

fn line(kind: EntryKind, of: &str) -> PostStatementLine {
    let day = "1996-07-28".parse().expect("a day");
    let slip = Slip { day, operation: None, purpose: None, counterparty: None };
    PostStatementLine { account: "7".to_owned(), transaction: "1".to_owned(), kind, amount: money(of), slip }
}

fn forgive() -> ForgiveDebt {
    ForgiveDebt { account: "7".to_owned() }
}

fn delete() -> DeleteAccount {
    DeleteAccount { account: "7".to_owned() }
}

#[track_caller]
fn refusal<T: std::fmt::Debug>(sent: Result<Receipt<T>, SendError<Refusal>>) -> Refusal {
    match sent {
        Err(SendError::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[tokio::test]
async fn an_account_that_nobody_opened_refuses_everything() {
    let app = bank().await;
    assert_eq!(refusal(app.send(deposit("1")).await), Refusal::NoSuchAccount);
    assert_eq!(refusal(app.send(withdraw("1")).await), Refusal::NoSuchAccount);
    assert_eq!(refusal(app.send(line(EntryKind::Interest, "1")).await), Refusal::NoSuchAccount);
    assert_eq!(refusal(app.send(forgive()).await), Refusal::NoSuchAccount);
    assert_eq!(refusal(app.send(delete()).await), Refusal::NoSuchAccount);
}

#[tokio::test]
async fn an_account_is_opened_once_and_keeps_its_limit() {
    let app = bank_with_an_account().await;
    assert_eq!(refusal(app.send(create("7", None)).await), Refusal::Exists);
    let open = OpenAccount { account: "7".to_owned(), overdraft_limit: None };
    assert!(app.send(open).await.expect("accepted").events.is_empty());
    assert!(matches!(refusal(app.send(withdraw("100.01")).await), Refusal::InsufficientFunds { .. }));
}

#[tokio::test]
async fn a_balance_reaches_the_negative_of_the_limit_and_falls_no_lower() {
    let app = bank_with_an_account().await;
    assert_eq!(app.send(deposit("50")).await.expect("accepted").reply, money("50"));
    assert_eq!(app.send(withdraw("150")).await.expect("accepted").reply, money("-100"));
    let insufficient = Refusal::InsufficientFunds { balance: money("-100"), floor: money("-100") };
    assert_eq!(refusal(app.send(withdraw("0.01")).await), insufficient);
    for kind in [EntryKind::Withdrawal, EntryKind::Fee, EntryKind::SanctionInterest] {
        assert_eq!(refusal(app.send(line(kind, "0.01")).await), insufficient, "{kind}");
    }
    for kind in [EntryKind::Deposit, EntryKind::Interest] {
        app.send(line(kind, "0.01")).await.expect("accepted");
    }
}

#[tokio::test]
async fn an_account_with_a_limit_of_nothing_never_falls_below_zero() {
    let app = bank().await;
    app.send(create("7", Some("0"))).await.expect("created");
    app.send(deposit("5")).await.expect("accepted");
    let insufficient = Refusal::InsufficientFunds { balance: money("5"), floor: Money::ZERO };
    assert_eq!(refusal(app.send(withdraw("5.01")).await), insufficient);
    assert_eq!(app.send(withdraw("5")).await.expect("accepted").reply, Money::ZERO);
}

#[tokio::test]
async fn an_account_without_a_limit_falls_as_far_as_it_is_asked_to() {
    let app = bank().await;
    app.send(create("7", None)).await.expect("created");
    assert_eq!(app.send(withdraw("1000000")).await.expect("accepted").reply, money("-1000000"));
}

#[tokio::test]
async fn a_line_that_cannot_be_is_refused() {
    let app = bank_with_an_account().await;
    assert_eq!(refusal(app.send(line(EntryKind::Deposit, "-1")).await), Refusal::NegativeAmount);
    assert_eq!(refusal(app.send(line(EntryKind::Forgiveness, "1")).await), Refusal::NotOnStatements);
    let mut much = line(EntryKind::Deposit, "0");
    much.amount = Money::from_minor(i64::MAX);
    app.send(much.clone()).await.expect("accepted");
    assert_eq!(refusal(app.send(much).await), Refusal::TooMuch);
}

#[tokio::test]
async fn a_debt_is_forgiven_twice_and_not_a_third_time() {
    let app = bank_with_an_account().await;
    assert_eq!(refusal(app.send(forgive()).await), Refusal::NoDebt { balance: Money::ZERO });
    for debt in ["30", "99.99"] {
        app.send(withdraw(debt)).await.expect("accepted");
        assert_eq!(app.send(forgive()).await.expect("accepted").reply, money(debt));
        assert_eq!(refusal(app.send(forgive()).await), Refusal::NoDebt { balance: Money::ZERO });
    }
    let last = app.send(withdraw("1")).await.expect("accepted");
    assert_eq!(refusal(app.send(forgive()).await), Refusal::ForgivenessQuota);
    let summary = app.query(AccountSummaryOf { account: "7".to_owned() }).after(&last).await.expect("an answer");
    let summary = summary.expect("an account");
    assert_eq!((summary.balance, summary.forgiveness_left, summary.transactions), (money("-1"), 0, 5));
}

#[tokio::test]
async fn a_deleted_account_refuses_everything_but_to_be_deleted_again() {
    let app = bank_with_an_account().await;
    app.send(withdraw("5")).await.expect("accepted");
    let deleted = app.send(delete()).await.expect("accepted");
    assert_eq!(deleted.events.len(), 1);
    assert!(app.send(delete()).await.expect("accepted").events.is_empty());
    assert_eq!(refusal(app.send(deposit("1")).await), Refusal::Deleted);
    assert_eq!(refusal(app.send(withdraw("1")).await), Refusal::Deleted);
    assert_eq!(refusal(app.send(line(EntryKind::Deposit, "1")).await), Refusal::Deleted);
    assert_eq!(refusal(app.send(forgive()).await), Refusal::Deleted);
    assert_eq!(refusal(app.send(create("7", None)).await), Refusal::Deleted);
    let account = || "7".to_owned();
    let summary = app.query(AccountSummaryOf { account: account() }).after(&deleted).await.expect("an answer");
    assert_eq!(summary.map(|summary| (summary.status, summary.balance)), Some((Status::Deleted, money("-5"))));
    assert_eq!(app.query(AccountLedger { account: account() }).after(&deleted).await.expect("an answer"), None);
}

#[tokio::test]
async fn every_entry_is_in_the_ledger_and_in_the_statistics() {
    let app = bank_with_an_account().await;
    app.send(deposit("10")).await.expect("accepted");
    app.send(deposit("5.01")).await.expect("accepted");
    app.send(withdraw("100")).await.expect("accepted");
    app.send(line(EntryKind::Interest, "0.50")).await.expect("accepted");
    app.send(line(EntryKind::Fee, "2")).await.expect("accepted");
    app.send(line(EntryKind::SanctionInterest, "0.25")).await.expect("accepted");
    let last = app.send(forgive()).await.expect("accepted");
    let ledger = app.query(AccountLedger { account: "7".to_owned() }).after(&last).await.expect("an answer");
    let ledger: Vec<_> =
        ledger.expect("a ledger").iter().map(|line| (line.kind, line.amount.minor(), line.balance.minor())).collect();
    // The lines of the statement come first: its day is long ago.
    assert_eq!(
        ledger,
        [
            (EntryKind::Interest, 50, 50),
            (EntryKind::Fee, -200, -150),
            (EntryKind::SanctionInterest, -25, -175),
            (EntryKind::Deposit, 1000, 825),
            (EntryKind::Deposit, 501, 1326),
            (EntryKind::Withdrawal, -10_000, -8674),
            (EntryKind::Forgiveness, 8674, 0),
        ]
    );
    let statistics = app.query(BankStats {}).after(&last).await.expect("an answer");
    assert_eq!((statistics.open_accounts, statistics.transactions, statistics.balance), (1, 7, Money::ZERO));
    let deposits = &statistics.figures[0];
    assert_eq!((deposits.kind, deposits.number, deposits.total), (EntryKind::Deposit, 2, money("15.01")));
    assert_eq!(deposits.average, money("7.51"));
    assert_eq!(statistics.figures[5].total, money("86.74"));
}

#[tokio::test]
async fn a_bank_without_accounts_has_zeros() {
    let statistics = bank().await.query(BankStats {}).await.expect("an answer");
    assert_eq!((statistics.open_accounts, statistics.balance, statistics.transactions), (0, Money::ZERO, 0));
    assert!(statistics.figures.iter().all(|figure| figure.average == Money::ZERO));
}
