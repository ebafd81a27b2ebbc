//! Many clients on one account: every answer is right, and many commands share a commit.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{CommandId, Jangle, SendError, store::SqliteStore};
use jangle_tests::{
    accounts::{self, GetBook, Refusal, deposit, withdraw},
    stores::Disk,
};
use std::{io::Write, sync::Arc, time::Duration};
use tokio::{sync::Barrier, task::JoinSet};

const CLIENTS: u64 = 64;
const COMMANDS: u64 = 40;
const ACCOUNT: &str = "hot";

/// What a client heard.
#[derive(Debug)]
enum Answer {
    Accepted { change: i64, version: u64, balance: i64, position: u64 },
    Refused { amount: i64, left: i64 },
}

/// Sends one command after another, about every other one a withdrawal, which may be more than is there.
async fn client(app: Jangle, nth: u64, begin: Arc<Barrier>) -> Vec<Answer> {
    let mut answers = Vec::new();
    begin.wait().await;
    for n in 0..COMMANDS {
        let dice = (nth * COMMANDS + n).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        let is_deposit = dice.is_multiple_of(2);
        // More is asked for than is paid in, so that many are refused.
        let amount = i64::try_from(if is_deposit { dice % 23 } else { dice % 71 } + 1).unwrap();
        let (change, sent) = match is_deposit {
            true => (amount, app.send(deposit(ACCOUNT, amount)).await.map_err(|error| error.to_string())),
            // With an id of its own a refusal is stored, too.
            false => match app.send(withdraw(ACCOUNT, amount)).id(CommandId::new()).await {
                Err(SendError::Refused(Refusal::NotEnough { left })) => {
                    answers.push(Answer::Refused { amount, left });
                    continue;
                }
                sent => (-amount, sent.map_err(|error| error.to_string())),
            },
        };
        let receipt = sent.unwrap();
        assert_eq!((receipt.events.len(), receipt.events[0].version, receipt.repeated), (1, receipt.version, false));
        let (version, position) = (receipt.version, receipt.position);
        answers.push(Answer::Accepted { change, version, balance: receipt.reply, position });
    }
    answers
}

/// The balance after each version, from answers that form the exact sequence.
fn balances(clients: &[Vec<Answer>]) -> Vec<i64> {
    let mut accepted: Vec<_> = clients
        .iter()
        .flatten()
        .filter_map(|answer| match answer {
            Answer::Accepted { change, version, balance, position } => Some((*version, *change, *balance, *position)),
            Answer::Refused { .. } => None,
        })
        .collect();
    accepted.sort_unstable();
    let (mut balances, mut last) = (vec![0], 0);
    for (version, change, balance, position) in accepted {
        assert_eq!(version, balances.len() as u64, "versions have a hole or a double");
        assert_eq!(Some(&(balance - change)), balances.last(), "version {version} was decided on another balance");
        assert!(balance >= 0, "version {version} should have been refused");
        assert!(position > last, "positions rise with versions");
        balances.push(balance);
        last = position;
    }
    balances
}

/// Between what a client heard before and what it heard next, the account had the balance that a refusal names.
fn check_refusals(answers: &[Answer], balances: &[i64]) -> usize {
    let version_of = |answer: &Answer| match answer {
        Answer::Accepted { version, .. } => Some(usize::try_from(*version).unwrap()),
        Answer::Refused { .. } => None,
    };
    let mut refusals = 0;
    for (nth, answer) in answers.iter().enumerate() {
        let before = answers[..nth].iter().rev().find_map(version_of).unwrap_or(0);
        let after = answers[nth + 1..].iter().find_map(version_of).unwrap_or(balances.len());
        match answer {
            Answer::Refused { amount, left } => {
                assert!(left < amount, "{amount} was there");
                assert!(balances[before..after].contains(left), "{left} was never left in {before}..{after}");
                refusals += 1;
            }
            Answer::Accepted { version, .. } => {
                assert!(*version > before as u64, "a later command was decided before an earlier one");
            }
        }
    }
    refusals
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_one_hot_account_share_commits_and_hear_the_truth() {
    let disk = Disk::new();
    let store = SqliteStore::open(disk.path()).await.unwrap();
    let app = Jangle::builder().store(store.clone()).only(accounts::PATH).start().await.unwrap();
    let before = store.stats();

    let begin = Arc::new(Barrier::new(usize::try_from(CLIENTS).unwrap()));
    let mut running = JoinSet::new();
    for nth in 0..CLIENTS {
        running.spawn(client(app.clone(), nth, Arc::clone(&begin)));
    }
    let answers = running.join_all().await;
    app.settle(Duration::from_secs(60)).await.unwrap();
    let stats = store.stats();
    let (commits, derived) = (stats.commits - before.commits, stats.derived - before.derived);

    let balances = balances(&answers);
    let accepted = balances.len() - 1;
    let refused: usize = answers.iter().map(|answers| check_refusals(answers, &balances)).sum();
    assert_eq!((accepted + refused) as u64, CLIENTS * COMMANDS);
    assert!(accepted > 0 && refused > 0, "{accepted} accepted, {refused} refused");

    let book = app.query(GetBook { account: ACCOUNT.into() }).await.unwrap().unwrap();
    assert_eq!((book.movements, Some(&book.balance)), (accepted as u64, balances.last()));
    app.shutdown().await.unwrap();
    let file = rusqlite::Connection::open(disk.path()).unwrap();
    let sql = "SELECT count(*), max(version) FROM jangle_events WHERE aggregate_id = ?1";
    let stored: (i64, i64) = file.query_row(sql, [ACCOUNT], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(stored, (accepted as i64, accepted as i64));

    // Views and snapshots share the commits of commands, or have some of their own that wait for no disk.
    let commands = (CLIENTS * COMMANDS) as f64;
    let (each, further) = (commits as f64 / commands, derived as f64 / commands);
    // Said also where the output of tests that pass is not shown.
    writeln!(
        std::io::stderr(),
        "{CLIENTS} clients: {accepted} commands accepted and {refused} refused: {each:.3} commits a command, and \
         {further:.3} of views and snapshots that do not wait for the disk"
    )
    .unwrap();
    assert!(each <= 0.15, "{each:.3} commits a command");
}
