//! Laws 5, 7 and 13, where handlers, stores and histories misbehave.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    StartError,
    prelude::*,
    store::{
        Claim, Claimed, Exception, ExceptionChange, ExceptionState, Generation, LaneCommit, LaneId, Move, Owner,
        PartitionRange, Store, ViewStore,
    },
};
use jangle_tests::{
    accounts::{self, Deposited, GetBook, deposit},
    on_every_store,
    stores::Reopen,
};
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Mutex, time::Duration};
use tokio::sync::Semaphore;

const LONG: Duration = Duration::from_secs(60);

/// The runs that began and ended, and a gate that some of them wait at.
#[derive(Debug)]
struct Probe {
    log: Mutex<Vec<(&'static str, String, u64)>>,
    gate: Semaphore,
}

impl Probe {
    fn note(&self, what: &'static str, event: &Recorded<Deposited>) {
        self.log.lock().unwrap().push((what, event.aggregate_id().to_owned(), event.version()));
    }

    /// What was noted of an account.
    fn of(&self, account: &str) -> Vec<(&'static str, u64)> {
        let log = self.log.lock().unwrap();
        log.iter().filter(|(_, id, _)| id == account).map(|(what, _, version)| (*what, *version)).collect()
    }

    /// Waits, without a clock, until something was noted of an account.
    async fn until(&self, account: &str) {
        while self.of(account).is_empty() {
            tokio::task::yield_now().await;
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not today")]
struct NotToday;

mod gated {
    use super::*;

    /// The accounts `slow` wait at the gate, and `bad` fails until long after the test.
    #[event_handler(retry(attempts = 5, first = "1h", max = "1h"))]
    async fn gated(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
        probe.note("begin", &event);
        match event.aggregate_id() {
            "slow" => probe.gate.acquire().await?.forget(),
            "bad" => return Err(NotToday.into()),
            _ => {}
        }
        probe.note("end", &event);
        Ok(())
    }
}

mod mute {
    use super::*;

    #[derive(Debug)]
    struct Mute;

    impl fmt::Display for Mute {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("no words")
        }
    }

    impl std::error::Error for Mute {}

    #[event_handler(retry(attempts = 1, first = "1ms"))]
    async fn mute(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
        probe.note("begin", &event);
        if event.amount == 13 { Err(Mute.into()) } else { Ok(()) }
    }
}

mod sides {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, View)]
    #[view(name = "left_sides")]
    pub(crate) struct Left {
        #[key]
        pub(crate) side: String,
        #[merge(sum)]
        pub(crate) amount: i64,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, View)]
    #[view(name = "right_sides")]
    pub(crate) struct Right {
        #[key]
        pub(crate) side: String,
        #[merge(sum)]
        pub(crate) amount: i64,
    }

    #[derive(Debug, Clone, Serialize, Deserialize, Query)]
    #[query(response = Vec<(String, i64)>)]
    pub(crate) struct Sides;

    #[query_handler]
    async fn all(_query: Sides, left: View<Left>, right: View<Right>) -> Result<Vec<(String, i64)>, QueryError> {
        let left = left.scan().await?.into_iter().map(|row| (row.side, row.amount));
        Ok(left.chain(right.scan().await?.into_iter().map(|row| (row.side, row.amount))).collect())
    }
}

mod twice {
    use super::{sides::Left, *};

    #[event_handler]
    async fn twice(event: Recorded<Deposited>, from: Merge<Left>, to: Merge<Left>) -> Result<(), HandlerError> {
        from.merge(Left::at("from").amount(-event.amount)).await?;
        to.merge(Left::at("to").amount(event.amount)).await?;
        Ok(())
    }
}

mod before {
    use super::{sides::Left, *};

    #[event_handler]
    async fn tally(event: Recorded<Deposited>, left: Merge<Left>) -> Result<(), HandlerError> {
        left.merge(Left::at("left").amount(event.amount)).await?;
        Ok(())
    }
}

mod after {
    use super::{sides::Left, sides::Right, *};

    /// The handler above, after it was given another view.
    #[event_handler]
    async fn tally(event: Recorded<Deposited>, left: Merge<Left>, right: Merge<Right>) -> Result<(), HandlerError> {
        left.merge(Left::at("left").amount(event.amount)).await?;
        right.merge(Right::at("right").amount(event.amount)).await?;
        Ok(())
    }
}

async fn start(store: impl Store, modules: &[&str]) -> Jangle {
    let probe = Probe { log: Mutex::default(), gate: Semaphore::new(0) };
    let builder = Jangle::builder().store(store).state(probe).only(accounts::PATH);
    let builder = modules.iter().fold(builder, |builder, module| builder.only(format!("delivery_faults::{module}")));
    builder.start().await.unwrap()
}

async fn send_at_once(app: &Jangle, account: &'static str, times: usize) {
    let sent: Vec<_> = (0..times).map(|_| tokio::spawn(app.send(deposit(account, 1)).into_future())).collect();
    for sending in sent {
        sending.await.unwrap().unwrap();
    }
}

async fn law_5_one_failing_aggregate_delays_no_other(stores: impl Reopen) {
    let app = start(stores.open().await, &["gated"]).await;
    send_at_once(&app, "bad", 1300).await;
    app.send(deposit("good", 1)).await.unwrap();
    let probe = app.state::<Probe>();
    probe.until("good").await;
    assert_eq!(probe.of("bad"), [("begin", 1)], "the others wait for the first");
}

async fn law_5_one_slow_aggregate_delays_no_other(stores: impl Reopen) {
    let app = start(stores.open().await, &["gated"]).await;
    send_at_once(&app, "slow", 400).await;
    app.send(deposit("good", 1)).await.unwrap();
    let probe = app.state::<Probe>();
    probe.until("good").await;
    assert_eq!(probe.of("slow"), [("begin", 1)]);
    probe.gate.add_permits(400);
    app.settle(LONG).await.unwrap();
    let expected: Vec<_> = (1..=400).flat_map(|version| [("begin", version), ("end", version)]).collect();
    assert_eq!(probe.of("slow"), expected);
}

/// `ExceptionState::Dead` and `Retry` of an event above the checkpoint, before which one was still being handled.
async fn law_5_what_was_set_aside_above_the_checkpoint_is_as_it_was_after_a_restart(stores: impl Reopen) {
    let app = start(stores.open().await, &[]).await;
    for account in ["open", "dead", "slow", "slow", "last"] {
        app.send(deposit(account, 1)).await.unwrap();
    }
    app.shutdown().await.unwrap();
    let store = stores.open().await;
    let lane = LaneId { generation: Generation::NONE, handler: "gated".into(), partitions: PartitionRange::ALL };
    let (owner, now) = (Owner(CommandId::new().as_uuid()), Timestamp::default());
    let (follows, knows) = ("accounts.deposited".into(), ["accounts.deposited".into()].into());
    let claim = Claim { lane: lane.clone(), follows, knows, owner, now, until: now, begin_at: 0 };
    let claimed = store.claim(claim).await.unwrap();
    let Claimed::Owned { epoch, checkpoint: 0, .. } = claimed else { panic!("{claimed:?}") };
    let states = [(2, ExceptionState::Dead), (3, ExceptionState::Retry(now)), (4, ExceptionState::Behind)];
    let exceptions = states.map(|(position, state)| {
        ExceptionChange::Put(Exception {
            position,
            partition: 0,
            attempts: 1,
            state,
            failing_since: None,
            error: "not today".into(),
        })
    });
    let moves = vec![Move { lane: lane.clone(), epoch, from: 0, to: 0, event: None, exceptions: exceptions.into() }];
    store.commit(LaneCommit { moves, rows: vec![] }).await.unwrap();
    store.release(vec![(lane, epoch)]).await.unwrap();
    let app = start(store, &["gated"]).await;
    let probe = app.state::<Probe>();
    probe.until("slow").await;
    probe.until("last").await;
    probe.gate.add_permits(10);
    app.settle(LONG).await.unwrap();
    assert_eq!(probe.of("dead"), []);
    assert_eq!(probe.of("slow"), [("begin", 1), ("end", 1), ("begin", 2), ("end", 2)]);
    assert_eq!(probe.of("open"), [("begin", 1), ("end", 1)]);
}

async fn law_5_an_error_without_words_is_an_error_like_others(stores: impl Reopen) {
    let app = start(stores.open().await, &["mute"]).await;
    app.send(deposit("ann", 13)).await.unwrap();
    app.send(deposit("bob", 1)).await.unwrap();
    app.settle(LONG).await.unwrap();
    assert_eq!(app.state::<Probe>().of("bob"), [("begin", 1)]);
}

async fn law_7_a_handler_may_take_one_view_twice(stores: impl Reopen) {
    let app = start(stores.open().await, &["sides", "twice"]).await;
    app.send(deposit("ann", 5)).await.unwrap();
    app.send(deposit("bob", 2)).await.unwrap();
    app.settle(LONG).await.unwrap();
    assert_eq!(app.query(sides::Sides).await.unwrap(), [("from".into(), -7), ("to".into(), 7)]);
}

async fn law_7_a_view_that_a_handler_gets_later_catches_up_and_the_other_counts_nothing_twice(stores: impl Reopen) {
    let app = start(stores.open().await, &["sides", "before"]).await;
    for amount in 1..=100 {
        app.send(deposit("ann", amount)).await.unwrap();
    }
    app.settle(LONG).await.unwrap();
    assert_eq!(app.query(sides::Sides).await.unwrap(), [("left".into(), 5050)]);
    app.shutdown().await.unwrap();
    let app = start(stores.open().await, &["sides", "after"]).await;
    app.send(deposit("ann", 1000)).await.unwrap();
    app.settle(LONG).await.unwrap();
    assert_eq!(app.query(sides::Sides).await.unwrap(), [("left".into(), 6050), ("right".into(), 6050)]);
}

async fn law_7_views_of_another_history_are_refused_and_the_failed_start_keeps_no_lease(stores: impl Reopen) {
    let (events, views) = (MemoryStore::new(), stores.open().await);
    let start = |events: &MemoryStore| {
        let builder = Jangle::builder().store(views.clone()).event_store(events.clone()).only(accounts::PATH);
        // A lease that nobody gave back would outlast the test.
        builder.lease(Duration::from_secs(3600)).start()
    };
    let app = start(&events).await.unwrap();
    app.send(deposit("ann", 1)).await.unwrap();
    app.settle(LONG).await.unwrap();
    app.shutdown().await.unwrap();
    let other = start(&MemoryStore::new()).await;
    assert!(matches!(other, Err(StartError::OtherHistory { position: 1, .. })), "{other:?}");
    let app = start(&events).await.unwrap();
    let receipt = app.send(deposit("ann", 1)).await.unwrap();
    let book = app.query(GetBook { account: "ann".into() }).after(&receipt).await.unwrap().unwrap();
    assert_eq!(book.balance, 2);
}

on_every_store!(
    law_5_one_failing_aggregate_delays_no_other,
    law_5_one_slow_aggregate_delays_no_other,
    law_5_what_was_set_aside_above_the_checkpoint_is_as_it_was_after_a_restart,
    law_5_an_error_without_words_is_an_error_like_others,
    law_7_a_handler_may_take_one_view_twice,
    law_7_a_view_that_a_handler_gets_later_catches_up_and_the_other_counts_nothing_twice,
    law_7_views_of_another_history_are_refused_and_the_failed_start_keeps_no_lease,
);
