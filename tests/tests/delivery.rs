//! Laws 5, 7 and 13: what handlers get, whatever they do.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{AskError, SettleError, prelude::*, store::Store};
use jangle_tests::{
    accounts::{self, AllBooks, Book, Deposited, GetBook, deposit, withdraw},
    on_every_store,
    stores::Reopen,
};
use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::sync::Semaphore;

const LONG: Duration = Duration::from_secs(60);

/// What handlers saw, and a gate that some of them wait at.
#[derive(Debug)]
struct Probe {
    seen: Mutex<HashMap<&'static str, Vec<(String, u64)>>>,
    tries: AtomicU32,
    gate: Semaphore,
}

impl Probe {
    fn new() -> Self {
        Self { seen: Mutex::default(), tries: AtomicU32::new(0), gate: Semaphore::new(0) }
    }

    fn note(&self, handler: &'static str, event: &Recorded<Deposited>) {
        let place = (event.aggregate_id().to_owned(), event.version());
        self.seen.lock().unwrap().entry(handler).or_default().push(place);
    }

    fn seen(&self, handler: &str) -> Vec<(String, u64)> {
        self.seen.lock().unwrap().get(handler).cloned().unwrap_or_default()
    }

    fn versions(&self, handler: &str, account: &str) -> Vec<u64> {
        self.seen(handler).into_iter().filter(|(id, _)| id == account).map(|(_, version)| version).collect()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not today")]
struct NotToday;

mod steady {
    use super::*;

    #[event_handler]
    async fn steady(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
        probe.note("steady", &event);
        Ok(())
    }
}

mod choosy {
    use super::*;

    /// Deposits of 13 never work, those of 2 the third time; those of 7 panic once.
    #[event_handler(retry(attempts = 3, first = "1ms"))]
    async fn choosy(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
        match event.amount {
            13 => Err(NotToday.into()),
            2 if probe.tries.fetch_add(1, Ordering::SeqCst) < 2 => Err(NotToday.into()),
            7 if probe.tries.fetch_add(1, Ordering::SeqCst) < 1 => panic!("seven"),
            _ => {
                probe.note("choosy", &event);
                Ok(())
            }
        }
    }
}

mod gated {
    use super::*;

    #[event_handler]
    async fn gated(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
        probe.gate.acquire().await?.forget();
        probe.note("gated", &event);
        Ok(())
    }
}

mod forwarding {
    use super::*;

    /// Passes deposits on, from `chain-3` to `chain-2` and so on; fails once after it has sent.
    #[event_handler(retry(attempts = 3, first = "1ms"))]
    async fn forwarding(
        event: Recorded<Deposited>,
        commands: Commands,
        probe: State<Probe>,
    ) -> Result<(), HandlerError> {
        let next = event.aggregate_id().strip_prefix("chain-").and_then(|number| number.parse::<u32>().ok());
        if let Some(number) = next.filter(|number| *number > 0) {
            let receipt = commands.send(deposit(&format!("chain-{}", number - 1), event.amount)).await?;
            assert_eq!(receipt.version, 1);
            if probe.tries.fetch_add(1, Ordering::SeqCst) == 0 {
                return Err(NotToday.into());
            }
        }
        Ok(())
    }
}

mod superstitious {
    use super::*;

    #[derive(Debug, Clone, PartialEq, View)]
    #[view(name = "lucky")]
    pub(crate) struct Lucky {
        #[key]
        account: String,
        #[merge(sum)]
        pub(crate) amount: i64,
    }

    /// Merges first, and then fails for 13.
    #[event_handler(retry(attempts = 2, first = "1ms"))]
    async fn superstitious(event: Recorded<Deposited>, lucky: Merge<Lucky>) -> Result<(), HandlerError> {
        lucky.merge(Lucky::at(event.aggregate_id()).amount(event.amount)).await?;
        if event.amount == 13 { Err(NotToday.into()) } else { Ok(()) }
    }

    #[derive(Debug, Clone, serde::Serialize, serde::Deserialize, Query)]
    #[query(response = Vec<Lucky>)]
    pub(crate) struct AllLucky;

    #[query_handler]
    async fn all_lucky(_query: AllLucky, lucky: View<Lucky>) -> Result<Vec<Lucky>, QueryError> {
        Ok(lucky.scan().await?)
    }
}

async fn start(store: impl Store, modules: &[&str]) -> Jangle {
    let builder = Jangle::builder().store(store).state(Probe::new()).only(accounts::PATH);
    let builder = modules.iter().fold(builder, |builder, module| builder.only(format!("delivery::{module}")));
    builder.start().await.unwrap()
}

async fn law_5_every_handler_gets_every_event_in_order_for_each_aggregate(stores: impl Reopen) {
    let app = start(stores.open().await, &["steady"]).await;
    let senders = (0..4).map(|n| {
        let app = app.clone();
        tokio::spawn(async move {
            for _ in 0..100 {
                app.send(deposit(&format!("a{n}"), 1)).await.unwrap();
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.await.unwrap();
    }
    app.settle(LONG).await.unwrap();
    for n in 0..4 {
        assert_eq!(app.state::<Probe>().versions("steady", &format!("a{n}")), (1..=100).collect::<Vec<_>>());
    }
}

async fn law_5_a_failing_event_is_tried_again_and_then_set_aside_and_delays_nobody_else(stores: impl Reopen) {
    let app = start(stores.open().await, &["steady", "choosy"]).await;
    for (account, amount) in [("ann", 13), ("ann", 1), ("bob", 1), ("cy", 2), ("cy", 1), ("dee", 1)] {
        app.send(deposit(account, amount)).await.unwrap();
    }
    app.settle(LONG).await.unwrap();
    let probe = app.state::<Probe>();
    assert_eq!(probe.seen("steady").len(), 6);
    assert_eq!(probe.versions("choosy", "ann"), [2], "the first was set aside, the next one went on");
    assert_eq!(probe.versions("choosy", "cy"), [1, 2], "the second waited for the first");
    assert_eq!((probe.versions("choosy", "bob"), probe.versions("choosy", "dee")), (vec![1], vec![1]));
}

async fn law_5_a_panic_is_an_error_of_that_handler(stores: impl Reopen) {
    let app = start(stores.open().await, &["choosy"]).await;
    app.send(deposit("ann", 7)).await.unwrap();
    app.settle(LONG).await.unwrap();
    assert_eq!(app.state::<Probe>().versions("choosy", "ann"), [1]);
}

async fn law_5_a_reaction_begins_when_it_is_first_deployed_and_misses_nothing_since(stores: impl Reopen) {
    let without = start(stores.open().await, &[]).await;
    without.send(deposit("ann", 1)).await.unwrap();
    without.shutdown().await.unwrap();
    let with = start(stores.open().await, &["steady"]).await;
    with.send(deposit("ann", 1)).await.unwrap();
    with.settle(LONG).await.unwrap();
    assert_eq!(with.state::<Probe>().versions("steady", "ann"), [2]);
    with.shutdown().await.unwrap();
    let without = start(stores.open().await, &[]).await;
    without.send(deposit("ann", 1)).await.unwrap();
    without.shutdown().await.unwrap();
    let with = start(stores.open().await, &["steady"]).await;
    with.settle(LONG).await.unwrap();
    assert_eq!(with.state::<Probe>().versions("steady", "ann"), [3], "handled once, though it was away");
}

async fn law_5_an_event_that_waits_for_its_retry_survives_a_restart(stores: impl Reopen) {
    let app = start(stores.open().await, &["gated"]).await;
    app.send(deposit("ann", 1)).await.unwrap();
    app.send(deposit("ann", 1)).await.unwrap();
    // Closing the gate makes the waiting run fail, so that the event is left to a retry.
    app.state::<Probe>().gate.close();
    app.shutdown().await.unwrap();
    let app = start(stores.open().await, &["gated"]).await;
    app.state::<Probe>().gate.add_permits(2);
    app.settle(LONG).await.unwrap();
    assert_eq!(app.state::<Probe>().versions("gated", "ann"), [1, 2]);
}

async fn law_5_a_projection_begins_with_the_first_event_however_late_it_is_deployed(stores: impl Reopen) {
    let app = start(stores.open().await, &[]).await;
    for amount in [1, 2, 3] {
        app.send(deposit("ann", amount)).await.unwrap();
    }
    app.shutdown().await.unwrap();
    let app = start(stores.open().await, &["superstitious"]).await;
    app.settle(LONG).await.unwrap();
    assert_eq!(app.query(superstitious::AllLucky).await.unwrap()[0].amount, 6);
}

async fn law_7_what_a_failing_projection_merged_is_discarded(stores: impl Reopen) {
    let app = start(stores.open().await, &["superstitious"]).await;
    for amount in [1, 13, 5] {
        app.send(deposit("ann", amount)).await.unwrap();
    }
    let last = app.send(deposit("bob", 2)).await.unwrap();
    app.settle(LONG).await.unwrap();
    let amounts: Vec<i64> = app.query(superstitious::AllLucky).await.unwrap().iter().map(|row| row.amount).collect();
    assert_eq!(amounts, [6, 2]);
    // Whoever needs the answer to include the event that was set aside is told so.
    let after = app.query(superstitious::AllLucky).after(&last).await;
    assert!(
        matches!(&after, Err(AskError::SetAside { handler, position: 2, error })
            if handler == "superstitious" && error == "not today"),
        "{after:?}"
    );
}

async fn law_7_each_event_counts_once_however_often_the_application_restarts(stores: impl Reopen) {
    for round in 0..5 {
        let app = start(stores.open().await, &["superstitious"]).await;
        for amount in [5, 3, 9] {
            app.send(deposit("ann", amount)).await.unwrap();
        }
        app.send(withdraw("ann", 4)).await.unwrap();
        // Sometimes the handlers are behind when it ends.
        if round % 2 == 0 {
            app.settle(LONG).await.unwrap();
        }
        app.shutdown().await.unwrap();
    }
    let app = start(stores.open().await, &["superstitious"]).await;
    app.settle(LONG).await.unwrap();
    let book = app.query(GetBook { account: "ann".into() }).await.unwrap().unwrap();
    let expected = Book {
        account: "ann".into(),
        balance: 65,
        movements: 20,
        largest: Some(9),
        smallest: Some(-4),
        last: Some(-4),
        first: Some(5),
        was_withdrawn: true,
    };
    assert_eq!(book, expected);
}

async fn law_8_a_handler_that_runs_again_repeats_its_commands_instead_of_doubling_them(stores: impl Reopen) {
    let app = start(stores.open().await, &["forwarding"]).await;
    app.send(deposit("chain-1", 5)).correlation("order 7").await.unwrap();
    app.settle(LONG).await.unwrap();
    assert_eq!(app.state::<Probe>().tries.load(Ordering::SeqCst), 2);
    let balances: Vec<i64> = app.query(AllBooks).await.unwrap().iter().map(|book| book.balance).collect();
    assert_eq!(balances, [5, 5]);
}

async fn law_13_a_slow_handler_makes_neither_senders_nor_other_handlers_wait(stores: impl Reopen) {
    let app = start(stores.open().await, &["gated", "steady"]).await;
    let senders = (0..16).map(|n| {
        let app = app.clone();
        tokio::spawn(async move {
            for _ in 0..50 {
                app.send(deposit(&format!("a{n}"), 1)).await.unwrap();
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.await.unwrap();
    }
    let last = app.send(deposit("z", 1)).await.unwrap();
    // The views, and the other reaction, get there while the slow one has not done a single event.
    app.query(GetBook { account: "z".into() }).after(&last).await.unwrap().expect("its book is there");
    let probe = app.state::<Probe>();
    while probe.seen("steady").len() < 801 {
        tokio::task::yield_now().await;
    }
    assert_eq!(probe.seen("gated").len(), 0);
    let behind = app.settle(Duration::from_millis(50)).await;
    assert!(matches!(&behind, Err(SettleError::TimedOut { waiting, .. }) if waiting.contains("`gated`")), "{behind:?}");
    probe.gate.add_permits(801);
    app.settle(LONG).await.unwrap();
    for n in 0..16 {
        assert_eq!(probe.versions("gated", &format!("a{n}")), (1..=50).collect::<Vec<_>>());
    }
}

async fn settling_waits_for_what_follows_from_what_was_stored(stores: impl Reopen) {
    let app = start(stores.open().await, &["forwarding"]).await;
    app.send(deposit("chain-9", 5)).await.unwrap();
    app.settle(LONG).await.unwrap();
    assert_eq!(app.query(AllBooks).await.unwrap().len(), 10);
}

async fn an_answer_after_a_receipt_includes_what_it_stands_for(stores: impl Reopen) {
    let app = start(stores.open().await, &[]).await;
    for n in 1..=200 {
        let receipt = app.send(deposit("ann", 1)).await.unwrap();
        let book = app.query(GetBook { account: "ann".into() }).after(&receipt).await.unwrap().unwrap();
        assert_eq!((book.balance, book.movements), (n, n as u64));
    }
}

async fn shutdown_waits_for_handlers_that_run_and_loses_nothing(stores: impl Reopen) {
    let app = start(stores.open().await, &["forwarding", "steady"]).await;
    app.send(deposit("chain-5", 5)).await.unwrap();
    app.shutdown().await.unwrap();
    let app = start(stores.open().await, &["forwarding", "steady"]).await;
    app.settle(LONG).await.unwrap();
    let balances: Vec<i64> = app.query(AllBooks).await.unwrap().iter().map(|book| book.balance).collect();
    assert_eq!(balances, [5; 6]);
}

on_every_store!(
    law_5_every_handler_gets_every_event_in_order_for_each_aggregate,
    law_5_a_failing_event_is_tried_again_and_then_set_aside_and_delays_nobody_else,
    law_5_a_panic_is_an_error_of_that_handler,
    law_5_a_reaction_begins_when_it_is_first_deployed_and_misses_nothing_since,
    law_5_an_event_that_waits_for_its_retry_survives_a_restart,
    law_5_a_projection_begins_with_the_first_event_however_late_it_is_deployed,
    law_7_what_a_failing_projection_merged_is_discarded,
    law_7_each_event_counts_once_however_often_the_application_restarts,
    law_8_a_handler_that_runs_again_repeats_its_commands_instead_of_doubling_them,
    law_13_a_slow_handler_makes_neither_senders_nor_other_handlers_wait,
    settling_waits_for_what_follows_from_what_was_stored,
    an_answer_after_a_receipt_includes_what_it_stands_for,
    shutdown_waits_for_handlers_that_run_and_loses_nothing,
);

#[tokio::test]
async fn a_missing_state_is_an_error_at_start_that_names_handler_and_type() {
    let started = Jangle::builder().only("delivery::steady").start().await;
    let told = started.unwrap_err().to_string();
    assert!(told.contains("`steady`") && told.contains("Probe>`"), "{told}");
}

#[tokio::test]
async fn an_empty_model_is_an_error_that_says_what_to_write() {
    let started = Jangle::builder().only("delivery::nowhere").start().await;
    assert!(started.unwrap_err().to_string().contains("use your_crate as _;"));
}
