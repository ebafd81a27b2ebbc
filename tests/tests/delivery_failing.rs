//! Laws 5 and 13: handlers that fail, hang, panic or are slow, and what they cost others.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{ShutdownError, prelude::*, store::Store};
use jangle_tests::{
    accounts::{self, Deposited, deposit},
    on_every_store,
    probe::Probe,
    stores::Reopen,
};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

const LONG: Duration = Duration::from_secs(60);

mod outage {
    use super::*;

    /// Fails for every aggregate while its mail server is gone.
    #[event_handler(retry(attempts = 1_000_000, first = "1ms", max = "10ms"))]
    async fn outage(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
        probe.note("tried", &event);
        probe.work()?;
        probe.note("done", &event);
        Ok(())
    }
}

mod projected_outage {
    use super::*;

    #[derive(Debug, Clone, PartialEq, View)]
    #[view(name = "outages")]
    pub(crate) struct Kept {
        #[key]
        account: String,
        #[merge(sum)]
        amount: i64,
    }

    pub(crate) static TRIED: AtomicUsize = AtomicUsize::new(0);

    /// Fails for every account that begins with `bad`.
    #[event_handler(retry(attempts = 1_000_000, first = "1ms", max = "10ms"))]
    async fn projected_outage(event: Recorded<Deposited>, kept: Merge<Kept>) -> Result<(), HandlerError> {
        if event.aggregate_id().starts_with("bad") {
            TRIED.fetch_add(1, Ordering::SeqCst);
            return Err(HandlerError::msg("not today"));
        }
        Ok(kept.merge(Kept::at(event.aggregate_id()).amount(event.amount)).await?)
    }

    #[derive(Debug, Clone, serde::Serialize, serde::Deserialize, Query)]
    #[query(response = usize)]
    pub(crate) struct HowMany;

    #[query_handler]
    async fn how_many(_query: HowMany, kept: View<Kept>) -> Result<usize, QueryError> {
        Ok(kept.scan().await?.len())
    }
}

/// Ten handlers, of which four misbehave.
mod ten {
    use super::*;

    macro_rules! steady {
        ($($name:ident),*) => { $(
            #[event_handler]
            async fn $name(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
                probe.note(stringify!($name), &event);
                Ok(())
            }
        )* };
    }
    steady!(steady_1, steady_2, steady_3, steady_4, steady_5, steady_6);

    #[event_handler(retry(attempts = 2, first = "1ms"))]
    async fn panicking(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
        probe.note("panicking", &event);
        panic!("as always")
    }

    #[event_handler(retry(attempts = 1_000_000, first = "1ms", max = "1ms"))]
    async fn failing(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
        probe.note("failing", &event);
        Err(HandlerError::msg("for ever"))
    }

    #[event_handler]
    async fn slow(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        probe.note("slow", &event);
        Ok(())
    }
}

mod hanging {
    use super::*;

    #[event_handler]
    async fn hanging(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
        probe.note("hanging", &event);
        std::future::pending::<()>().await;
        Ok(())
    }
}

mod retried {
    use super::*;

    /// Fails once for each event, and then hangs at the gate.
    #[event_handler(retry(attempts = 5, first = "1ms", max = "1ms"))]
    async fn retried(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
        probe.note("begun", &event);
        if probe.versions("begun", event.aggregate_id()).len() == 1 {
            return Err(HandlerError::msg("not at first"));
        }
        probe.gate.acquire().await?.forget();
        probe.note("done", &event);
        Ok(())
    }
}

async fn start(store: impl Store, modules: &[&str]) -> Jangle {
    let builder = Jangle::builder().store(store).state(Probe::default()).only(accounts::PATH);
    let builder = modules.iter().fold(builder, |builder, module| builder.only(format!("delivery_failing::{module}")));
    builder.start().await.unwrap()
}

async fn send(app: &Jangle, prefix: &str, accounts: usize) {
    let account = |n| deposit(&format!("{prefix} {n}"), 1);
    let sent: Vec<_> = (0..accounts).map(|n| tokio::spawn(app.send(account(n)).into_future())).collect();
    for sending in sent {
        sending.await.unwrap().unwrap();
    }
}

async fn law_13_a_handler_that_fails_for_one_aggregate_after_another_pauses_and_goes_on(stores: impl Reopen) {
    let app = start(stores.open().await, &["outage"]).await;
    let probe = app.state::<Probe>();
    probe.set_broken(true);
    send(&app, "account", 2000).await;
    probe.until("tried", 110).await;
    // Of thousands of runs that could take place meanwhile there are a few, once those under way have ended.
    let mut tried = 0;
    for _ in 0..20 {
        let before = probe.seen("tried").len();
        tokio::time::sleep(Duration::from_millis(200)).await;
        tried = probe.seen("tried").len() - before;
        if tried <= 5 {
            break;
        }
    }
    assert!(tried <= 5, "a paused lane tries one event now and then, not {tried}");
    probe.set_broken(false);
    app.settle(LONG).await.unwrap();
    assert_eq!(probe.seen("done").len(), 2000, "nothing was set aside");
}

async fn law_5_thousands_of_aggregates_that_always_fail_delay_no_other(stores: impl Reopen) {
    let app = start(stores.open().await, &["projected_outage"]).await;
    for n in 0..2500 {
        app.send(deposit(&format!("bad {n}"), 1)).await.unwrap();
        app.send(deposit(&format!("good {n}"), 1)).await.unwrap();
    }
    while app.query(projected_outage::HowMany).await.unwrap() < 2500 {
        tokio::task::yield_now().await;
    }
    assert!(projected_outage::TRIED.load(Ordering::SeqCst) >= 2500);
}

async fn law_5_of_ten_handlers_the_steady_ones_reach_the_head_whatever_the_others_do(stores: impl Reopen) {
    let app = start(stores.open().await, &["ten", "hanging"]).await;
    send(&app, "account", 1500).await;
    let probe = app.state::<Probe>();
    for steady in ["steady_1", "steady_2", "steady_3", "steady_4", "steady_5", "steady_6", "slow"] {
        probe.until(steady, 1500).await;
    }
    for other in ["panicking", "failing", "hanging"] {
        assert!(!probe.seen(other).is_empty(), "{other}");
    }
    assert_eq!(probe.seen("hanging").len(), 64, "no more than may be under way");
}

on_every_store!(
    law_13_a_handler_that_fails_for_one_aggregate_after_another_pauses_and_goes_on,
    law_5_thousands_of_aggregates_that_always_fail_delay_no_other,
    law_5_of_ten_handlers_the_steady_ones_reach_the_head_whatever_the_others_do,
);

#[tokio::test(start_paused = true)]
async fn law_14_a_handler_that_hangs_holds_a_shutdown_up_for_its_time_limit_only() {
    let app = start(MemoryStore::new(), &["hanging"]).await;
    app.send(deposit("ann", 1)).await.unwrap();
    app.state::<Probe>().until("hanging", 1).await;
    assert!(matches!(app.shutdown().await, Err(ShutdownError::TimedOut { .. })));
}

/// The share of the time that a runtime of one thread is at work.
async fn busy_share(during: Duration) -> f64 {
    let metrics = tokio::runtime::Handle::current().metrics();
    let (begun, before) = (Instant::now(), metrics.worker_total_busy_duration(0));
    tokio::time::sleep(during).await;
    (metrics.worker_total_busy_duration(0) - before).as_secs_f64() / begun.elapsed().as_secs_f64()
}

#[tokio::test]
async fn a_lane_whose_retries_wait_for_room_does_not_spin() {
    let app = start(MemoryStore::new(), &["retried"]).await;
    let probe = app.state::<Probe>();
    send(&app, "account", 80).await;
    // Each failed once; as many retries as may be under way hang, and the others are due.
    probe.until("begun", 80 + 32).await;
    let share = busy_share(Duration::from_millis(300)).await;
    assert!(share < 0.5, "the lane spins: {share}");
    probe.gate.add_permits(80);
    app.settle(LONG).await.unwrap();
    assert_eq!(probe.seen("done").len(), 80);
}

#[tokio::test]
async fn a_lane_that_is_paused_does_not_spin() {
    let app = start(MemoryStore::new(), &["outage"]).await;
    app.state::<Probe>().set_broken(true);
    send(&app, "account", 200).await;
    app.state::<Probe>().until("tried", 105).await;
    let share = busy_share(Duration::from_millis(500)).await;
    assert!(share < 0.5, "the lane spins: {share}");
}
