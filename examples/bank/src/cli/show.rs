//! The commands that ask: accounts, account, ledger, stats.

use super::{
    Failure, close,
    listing::{Cell, Form, Format, Listing},
    log::note,
    open_books, print,
};
use bank::{
    BEHIND, Money,
    books::{AccountLedger, AccountSummary, AccountSummaryOf, AccountsList, BankStats, LedgerLine, Statistics, Status},
    counted,
    domain::Refusal,
};
use jangle::Jangle;
use std::{path::Path, time::Duration};

/// How long a list waits for what another run of the program has yet to enter into the books: longer than it takes to
/// take over from one that was killed.
const PATIENCE: Duration = Duration::from_secs(8);

/// Opens a bank to show what is in its books.
async fn open(store: &Path) -> Result<Jangle, Failure> {
    let (app, caught_up) = open_books(store, PATIENCE).await?;
    if !caught_up {
        note(&format!("{BEHIND}; the latest entries may not be shown yet"));
    }
    Ok(app)
}

/// `bank accounts`
pub(super) async fn accounts(store: &Path, format: Format) -> Result<(), Failure> {
    let app = open(store).await?;
    let accounts = app.query(AccountsList {}).await.map_err(Failure::from);
    let accounts = close(app, accounts).await?;
    let text = match format.form {
        Form::Csv => brief(&accounts).csv()?,
        Form::Json => full(&accounts).json()?,
        Form::Table => accounts_table(&accounts, accounts.len()),
    };
    Ok(print(&text)?)
}

/// The first `shown` accounts as a table, and what all of them have.
pub(super) fn accounts_table(accounts: &[AccountSummary], shown: usize) -> String {
    let mut listing = full(&accounts[..shown.min(accounts.len())]);
    if accounts.iter().all(|account| account.overdraft_limit.is_none()) {
        listing.rows.iter_mut().for_each(|row| row[3] = Cell::Nothing);
    }
    let total: Money = accounts.iter().map(|account| account.balance).sum();
    let number = counted(accounts.len() as u64, "account");
    let of = if shown < accounts.len() { format!("the first {shown} of {number}") } else { number };
    format!("{}{of}; all balances add up to {}\n", listing.table(), total.grouped())
}

/// What programs rely on.
fn brief(accounts: &[AccountSummary]) -> Listing<4> {
    Listing {
        columns: ["account", "balance", "transactions", "status"],
        rows: accounts
            .iter()
            .map(|account| {
                [
                    Cell::text(&account.account),
                    Cell::Money(account.balance),
                    Cell::Number(account.transactions),
                    Cell::text(account.status),
                ]
            })
            .collect(),
    }
}

fn full(accounts: &[AccountSummary]) -> Listing<6> {
    Listing {
        columns: ["account", "name", "balance", "overdraft_limit", "transactions", "status"],
        rows: accounts
            .iter()
            .map(|account| {
                [
                    Cell::text(&account.account),
                    Cell::maybe(account.name.as_ref(), Cell::text),
                    Cell::Money(account.balance),
                    Cell::maybe(account.overdraft_limit, Cell::Money),
                    Cell::Number(account.transactions),
                    Cell::text(account.status),
                ]
            })
            .collect(),
    }
}

/// `bank account ID`
pub(super) async fn account(store: &Path, id: String, format: Format) -> Result<(), Failure> {
    let app = open(store).await?;
    let summary = app.query(AccountSummaryOf { account: id.clone() }).await.map_err(Failure::from);
    let summary = close(app, summary).await?.ok_or_else(|| refused(&id, Refusal::NoSuchAccount))?;
    if summary.status == Status::Deleted {
        return Err(refused(&id, Refusal::Deleted));
    }
    let listing = upright(&summary);
    let text = match format.form {
        Form::Csv => listing.csv()?,
        Form::Json => listing.first_json()?,
        Form::Table => listing.first_upright(),
    };
    Ok(print(&text)?)
}

/// Everything about one account.
fn upright(account: &AccountSummary) -> Listing<8> {
    let limit = Cell::maybe(account.overdraft_limit, Cell::Money);
    Listing {
        columns: [
            "account",
            "name",
            "balance",
            "overdraft_limit",
            "transactions",
            "last_entry",
            "forgiveness_left",
            "status",
        ],
        rows: vec![[
            Cell::text(&account.account),
            Cell::maybe(account.name.as_ref(), Cell::text),
            Cell::Money(account.balance),
            limit,
            Cell::Number(account.transactions),
            Cell::maybe(account.last_day, Cell::text),
            Cell::Number(account.forgiveness_left),
            Cell::text(account.status),
        ]],
    }
}

/// `bank ledger ID`
pub(super) async fn ledger(store: &Path, id: String, format: Format) -> Result<(), Failure> {
    let app = open(store).await?;
    let asked = async {
        let summary = app.query(AccountSummaryOf { account: id.clone() }).await?;
        let lines = app.query(AccountLedger { account: id.clone() }).await?;
        Ok((summary, lines))
    };
    let asked = asked.await;
    let lines = match close(app, asked).await? {
        (_, Some(lines)) => lines,
        (Some(_), None) => return Err(refused(&id, Refusal::Deleted)),
        (None, None) => return Err(refused(&id, Refusal::NoSuchAccount)),
    };
    let text = match format.form {
        Form::Csv => entries(&lines).csv()?,
        Form::Json => entries(&lines).json()?,
        Form::Table => entries_for_people(&lines).table(),
    };
    Ok(print(&text)?)
}

fn entries(lines: &[LedgerLine]) -> Listing<6> {
    Listing {
        columns: ["day", "transaction", "kind", "amount", "balance", "details"],
        rows: lines
            .iter()
            .map(|line| {
                [
                    Cell::text(line.day),
                    Cell::text(&line.transaction),
                    Cell::text(line.kind),
                    Cell::Money(line.amount),
                    Cell::Money(line.balance),
                    Cell::maybe(line.details.as_ref(), Cell::text),
                ]
            })
            .collect(),
    }
}

/// Without the transactions' ids, which people do not read.
fn entries_for_people(lines: &[LedgerLine]) -> Listing<5> {
    let short = lines.iter().map(|line| Cell::text(line.kind.short_name()));
    let rows = entries(lines).rows.into_iter().zip(short);
    Listing {
        columns: ["day", "kind", "amount", "balance", "details"],
        rows: rows.map(|([day, _, _, amount, balance, details], kind)| [day, kind, amount, balance, details]).collect(),
    }
}

/// `bank stats`
pub(super) async fn stats(store: &Path, format: Format) -> Result<(), Failure> {
    let app = open(store).await?;
    let statistics = app.query(BankStats {}).await.map_err(Failure::from);
    let listing = figures(&close(app, statistics).await?);
    let text = match format.form {
        Form::Csv => listing.csv()?,
        Form::Json => listing.json()?,
        Form::Table => listing.table(),
    };
    Ok(print(&text)?)
}

fn figures(statistics: &Statistics) -> Listing<4> {
    let number = |what: &str, number| [Cell::text(what), Cell::Number(number), Cell::Nothing, Cell::Nothing];
    let kinds = statistics.figures.iter().map(|figure| {
        [Cell::text(figure.kind), Cell::Number(figure.number), Cell::Money(figure.total), Cell::Money(figure.average)]
    });
    let accounts = statistics.open_accounts + statistics.deleted_accounts;
    let balance = statistics.balance;
    let sums = [
        number("open accounts", statistics.open_accounts),
        number("deleted accounts", statistics.deleted_accounts),
        [Cell::text("balances"), Cell::Number(accounts), Cell::Money(balance), Cell::Money(balance.mean_of(accounts))],
        number("transactions", statistics.transactions),
    ];
    Listing { columns: ["what", "number", "total", "average"], rows: sums.into_iter().chain(kinds).collect() }
}

/// An account that cannot be shown.
fn refused(id: &str, refusal: Refusal) -> Failure {
    Failure::Refused(format!("account {id}: {refusal}"))
}
