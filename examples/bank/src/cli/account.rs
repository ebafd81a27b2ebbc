//! The commands of a customer: one command to one account each.

use super::{Failure, close, open_existing, print};
use bank::{
    Amount, Money,
    domain::{CreateAccount, DeleteAccount, DepositFunds, ForgiveDebt, Name, WithdrawFunds},
};
use jangle::Jangle;
use std::path::Path;

/// `bank create ID`
pub(super) async fn create(store: &Path, id: String, name: Option<Name>, limit: Money) -> Result<(), Failure> {
    let app = bank::open(store).await?;
    let holder = name.as_ref().map(|name| format!(" for {name}")).unwrap_or_default();
    let sent = app.send(CreateAccount { account: id.clone(), name, overdraft_limit: Some(limit) }).await;
    let text = sent.map(|_| format!("account {id} is open{holder}; its overdraft limit is {}\n", limit.grouped()));
    told(text.map_err(|error| of(&id, error.into())), app).await
}

/// `bank deposit ID AMOUNT`
pub(super) async fn deposit(store: &Path, id: String, amount: Amount) -> Result<(), Failure> {
    let app = open_existing(store).await?;
    let sent = app.send(DepositFunds { account: id.clone(), amount }).await;
    let text = sent.map(|receipt| moved("deposited", amount.money(), &id, receipt.reply));
    told(text.map_err(|error| of(&id, error.into())), app).await
}

/// `bank withdraw ID AMOUNT`
pub(super) async fn withdraw(store: &Path, id: String, amount: Amount) -> Result<(), Failure> {
    let app = open_existing(store).await?;
    let sent = app.send(WithdrawFunds { account: id.clone(), amount }).await;
    let text = sent.map(|receipt| moved("withdrew", amount.money(), &id, receipt.reply));
    told(text.map_err(|error| of(&id, error.into())), app).await
}

/// `bank forgive ID`
pub(super) async fn forgive(store: &Path, id: String) -> Result<(), Failure> {
    let app = open_existing(store).await?;
    let sent = app.send(ForgiveDebt { account: id.clone() }).await;
    let text = sent.map(|receipt| moved("forgave", receipt.reply, &id, Money::ZERO));
    told(text.map_err(|error| of(&id, error.into())), app).await
}

/// `bank delete ID`
pub(super) async fn delete(store: &Path, id: String) -> Result<(), Failure> {
    let app = open_existing(store).await?;
    let sent = app.send(DeleteAccount { account: id.clone() }).await;
    let text = sent.map(|receipt| match receipt.events.is_empty() {
        true => format!("account {id} was deleted before\n"),
        false => format!("account {id} is deleted\n"),
    });
    told(text.map_err(|error| of(&id, error.into())), app).await
}

fn moved(done: &str, amount: Money, id: &str, balance: Money) -> String {
    format!("{done} {}; account {id} has {}\n", amount.grouped(), balance.grouped())
}

/// A refusal, with the account that it is about.
fn of(id: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Refused(text) => Failure::Refused(format!("account {id}: {text}")),
        other => other,
    }
}

/// Closes the bank and tells what the command came to.
async fn told(text: Result<String, Failure>, app: Jangle) -> Result<(), Failure> {
    let text = close(app, text).await?;
    Ok(print(&text)?)
}
