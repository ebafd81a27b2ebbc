//! Holds what clients heard against what the file holds.

use super::{
    child::{Answer, Heard, Plan},
    history::{self, Stored},
};
use jangle::{Jangle, SqliteStore};
use jangle_tests::accounts::{self, AllBooks};
use std::{
    collections::{HashMap, HashSet},
    path::Path,
    time::Duration,
};

type Accounts = HashMap<String, Vec<Stored>>;

pub(crate) fn audit(store: &Path, plan: Plan, answers: &[Answer]) {
    let accounts = history::accounts(store);
    let events: usize = accounts.values().map(Vec::len).sum();
    accepted_once(&accounts, answers);
    let refused = refusals_were_true(&accounts, answers);
    println!(
        "{} answers of two processes: {events} events on {} accounts, {refused} refused",
        answers.len(),
        accounts.len()
    );
    assert!(accounts.len() as u64 * 2 > plan.accounts && refused > 0, "the workload is not what it should be");
    views_hold_everything(store, &accounts);
}

/// Every accepted command is stored once, as its client heard; and nothing else is.
fn accepted_once(accounts: &Accounts, answers: &[Answer]) {
    let mut ids = HashSet::new();
    for answer in answers {
        if let Heard::Accepted { version, position, balance, .. } = answer.heard {
            let stored = &accounts[&answer.account][usize::try_from(version).unwrap() - 1];
            assert_eq!(
                (&stored.command_id, stored.position, stored.balance),
                (&answer.id, position, balance),
                "version {version} of {}",
                answer.account
            );
            ids.insert(&answer.id);
        }
    }
    let stored = accounts.values().map(Vec::len).sum::<usize>();
    assert_eq!(ids.len(), stored, "commands that were accepted, and events");
    let refused: HashSet<_> = answers
        .iter()
        .filter(|answer| !matches!(answer.heard, Heard::Accepted { .. }))
        .map(|answer| &answer.id)
        .collect();
    assert_eq!(refused.intersection(&ids).count(), 0, "refused and accepted under one id");
}

/// A refusal names a balance that the account had between what its client heard before and after. Answers how many.
fn refusals_were_true(accounts: &Accounts, answers: &[Answer]) -> usize {
    let mut by_client: HashMap<(usize, u64, &str), Vec<Heard>> = HashMap::new();
    for answer in answers {
        by_client.entry((answer.child, answer.client, &answer.account)).or_default().push(answer.heard);
    }
    let none = Vec::new();
    let mut refusals = 0;
    for ((_, _, account), heard) in by_client {
        let stored = accounts.get(account).unwrap_or(&none);
        let balance_at =
            |version: u64| version.checked_sub(1).map_or(0, |index| stored[usize::try_from(index).unwrap()].balance);
        for (nth, refusal) in heard.iter().enumerate() {
            let Heard::Refused { amount, left } = refusal else { continue };
            let version = |heard: &Heard| match heard {
                Heard::Accepted { version, .. } => Some(*version),
                _ => None,
            };
            let fresh = |heard: &Heard| match heard {
                Heard::Accepted { version, repeated: false, .. } => Some(*version),
                _ => None,
            };
            let before = heard[..nth].iter().filter_map(version).max().unwrap_or(0);
            let after = heard[nth + 1..].iter().find_map(fresh).unwrap_or(stored.len() as u64 + 1);
            assert!(left < amount, "{amount} was there");
            assert!(
                (before..after).any(|version| balance_at(version) == *left),
                "account {account} never had {left} in its versions {before} to {after}"
            );
            refusals += 1;
        }
    }
    refusals
}

/// Nothing was merged twice, and nothing is missing.
#[tokio::main(flavor = "current_thread")]
async fn views_hold_everything(store: &Path, accounts: &Accounts) {
    let store = SqliteStore::open(store).await.unwrap();
    let app = Jangle::builder().store(store).only(accounts::PATH).start().await.unwrap();
    app.settle(Duration::from_secs(60)).await.unwrap();
    let mut books: Vec<_> = app
        .query(AllBooks)
        .await
        .unwrap()
        .into_iter()
        .map(|book| (book.account, book.balance, book.movements))
        .collect();
    let mut expected: Vec<_> = accounts
        .iter()
        .map(|(account, events)| (account.clone(), events.last().map_or(0, |event| event.balance), events.len() as u64))
        .collect();
    books.sort();
    expected.sort();
    assert_eq!(books, expected);
    app.shutdown().await.unwrap();
}
