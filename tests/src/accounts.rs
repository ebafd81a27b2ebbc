//! Accounts: deposits, withdrawals that may be refused, gifts to other accounts, and their books.

use jangle::{prelude::*, store::Store};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct Deposit {
    #[aggregate_id]
    pub account: String,
    pub amount: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct Withdraw {
    #[aggregate_id]
    pub account: String,
    pub amount: i64,
}

/// Takes from one account, and gives to another in the same transaction.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct Give {
    #[aggregate_id]
    pub from: String,
    pub to: String,
    pub amount: i64,
}

/// Opens an account that must not exist, from another one.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct OpenFor {
    #[aggregate_id]
    pub parent: String,
    pub child: String,
}

/// Makes the validator panic.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct Trip {
    #[aggregate_id]
    pub account: String,
}

/// Accepted without an event.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
pub struct Touch {
    #[aggregate_id]
    pub account: String,
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Event)]
#[event(name = "accounts.deposited")]
pub struct Deposited {
    pub amount: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Event)]
#[event(name = "accounts.withdrawn")]
pub struct Withdrawn {
    pub amount: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Event)]
#[event(name = "accounts.opened")]
pub struct Opened;

#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("only {left} is left")]
    NotEnough { left: i64 },
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Account {
    pub balance: i64,
    pub events: u64,
}

/// How often validators ran for an account, in this process.
static VALIDATED: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

fn count(account: &str) {
    *VALIDATED.lock().unwrap().entry(account.to_owned()).or_default() += 1;
}

/// How often validators ran for `account`, which only one test must use: see [`unique`].
pub fn validated(account: &str) -> usize {
    VALIDATED.lock().unwrap().get(account).copied().unwrap_or_default()
}

/// An account that no other test has.
pub fn unique() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("account-{}", NEXT.fetch_add(1, Ordering::SeqCst))
}

#[aggregate(name = "account", snapshot_every = 10)]
impl Account {
    #[validate_command]
    fn deposit(&self, command: Deposit) -> (Deposited, Reply<i64>) {
        count(&command.account);
        (Deposited { amount: command.amount }, Reply(self.balance + command.amount))
    }

    #[validate_command]
    fn withdraw(&self, command: Withdraw) -> Result<(Withdrawn, Reply<i64>), Refusal> {
        count(&command.account);
        let left = self.take(command.amount)?;
        Ok((Withdrawn { amount: command.amount }, Reply(left)))
    }

    #[validate_command]
    fn give(&self, command: Give) -> Result<(Withdrawn, On<Self, Deposited>), Refusal> {
        count(&command.from);
        self.take(command.amount)?;
        let amount = command.amount;
        Ok((Withdrawn { amount }, On::new(command.to, Deposited { amount })))
    }

    #[validate_command]
    fn open_for(&self, command: OpenFor) -> (Deposited, On<Self, Opened>) {
        (Deposited { amount: 1 }, On::create(command.child, Opened))
    }

    #[validate_command]
    fn trip(&self, _command: Trip) -> Option<Deposited> {
        panic!("tripped")
    }

    #[validate_command]
    fn touch(&self, command: Touch) -> ((), Reply<i64>) {
        count(&command.account);
        ((), Reply(self.balance))
    }

    #[reconstitute]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.amount;
        self.events += 1;
    }

    #[reconstitute]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.amount;
        self.events += 1;
    }

    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {
        self.events += 1;
    }

    fn take(&self, amount: i64) -> Result<i64, Refusal> {
        let left = self.balance - amount;
        if left < 0 { Err(Refusal::NotEnough { left: self.balance }) } else { Ok(left) }
    }
}

/// An account's book.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "books")]
pub struct Book {
    #[key]
    pub account: String,
    #[merge(sum)]
    pub balance: i64,
    #[merge(count)]
    pub movements: u64,
    #[merge(max)]
    pub largest: Option<i64>,
    #[merge(min)]
    pub smallest: Option<i64>,
    #[merge(latest)]
    pub last: Option<i64>,
    #[merge(first)]
    pub first: Option<i64>,
    #[merge(any)]
    pub was_withdrawn: bool,
}

#[event_handler]
async fn book_deposit(event: Recorded<Deposited>, books: Merge<Book>) -> Result<(), HandlerError> {
    let amount = event.amount;
    let row = Book::at(event.aggregate_id()).balance(amount).movements().largest(amount).smallest(amount);
    books.merge(row.last(amount).first(amount)).await?;
    Ok(())
}

#[event_handler]
async fn book_withdrawal(event: Recorded<Withdrawn>, books: Merge<Book>) -> Result<(), HandlerError> {
    let amount = -event.amount;
    let row = Book::at(event.aggregate_id()).balance(amount).movements().largest(amount).smallest(amount);
    books.merge(row.last(amount).first(amount).was_withdrawn(true)).await?;
    Ok(())
}

#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Option<Book>)]
pub struct GetBook {
    pub account: String,
}

#[query_handler]
async fn get_book(query: GetBook, books: View<Book>) -> Result<Option<Book>, QueryError> {
    Ok(books.get(&query.account).await?)
}

#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Vec<Book>)]
pub struct AllBooks;

#[query_handler]
async fn all_books(_query: AllBooks, books: View<Book>) -> Result<Vec<Book>, QueryError> {
    Ok(books.scan().await?)
}

/// The module path of this model, for [`JangleBuilder::only`](jangle::JangleBuilder::only).
pub const PATH: &str = module_path!();

/// An application of this model alone.
pub async fn start(store: impl Store) -> Jangle {
    Jangle::builder().store(store).only(PATH).start().await.unwrap()
}

pub fn deposit(account: &str, amount: i64) -> Deposit {
    Deposit { account: account.into(), amount }
}

pub fn withdraw(account: &str, amount: i64) -> Withdraw {
    Withdraw { account: account.into(), amount }
}

pub fn give(from: &str, to: &str, amount: i64) -> Give {
    Give { from: from.into(), to: to.into(), amount }
}
