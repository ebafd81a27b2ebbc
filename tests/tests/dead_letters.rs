//! Law 5: what handlers set aside is kept, shown, handled again or discarded; and what `retry` and `on_dead` say.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{DeadLetterId, event::Retry, prelude::*, store::Store};
use jangle_tests::{
    accounts::{self, Deposited, deposit},
    on_every_store,
    probe::Probe,
    stores::{Disk, Reopen},
};
use std::{sync::Arc, time::Duration};

const LONG: Duration = Duration::from_secs(60);

/// Works as long as the probe is not broken.
mod mailing {
    use super::*;

    #[event_handler(id = "mail", retry(attempts = 2, first = "1ms"))]
    async fn mail(event: Recorded<Deposited>, probe: State<Arc<Probe>>) -> Result<(), HandlerError> {
        probe.note("tried", &event);
        probe.work()?;
        probe.note("mailed", &event);
        Ok(())
    }
}

/// Likewise for what is negative, and keeps later events behind one that it set aside.
mod holding {
    use super::*;

    #[event_handler(id = "hold", retry(attempts = 1), on_dead = "hold")]
    async fn hold(event: Recorded<Deposited>, probe: State<Arc<Probe>>) -> Result<(), HandlerError> {
        if event.amount < 0 && probe.work().is_err() {
            return Err(HandlerError::msg("it is negative"));
        }
        probe.note("held", &event);
        Ok(())
    }
}

/// A projection into two views.
mod projecting {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[derive(Debug, View)]
    #[view(name = "dead_sums")]
    pub(crate) struct Sums {
        #[key]
        account: String,
        #[merge(sum)]
        amount: i64,
    }

    #[derive(Debug, View)]
    #[view(name = "dead_counts")]
    pub(crate) struct Counts {
        #[key]
        account: String,
        #[merge(count)]
        times: u64,
    }

    /// A projection takes no state.
    pub(crate) static IS_BROKEN: AtomicBool = AtomicBool::new(true);

    #[event_handler(id = "project", retry(attempts = 1))]
    async fn project(event: Recorded<Deposited>, sums: Merge<Sums>, counts: Merge<Counts>) -> Result<(), HandlerError> {
        if IS_BROKEN.load(Ordering::SeqCst) {
            return Err(HandlerError::msg("not today"));
        }
        sums.merge(Sums::at(event.aggregate_id()).amount(event.amount)).await?;
        Ok(counts.merge(Counts::at(event.aggregate_id()).times()).await?)
    }

    #[derive(Debug, Clone, serde::Serialize, serde::Deserialize, Query)]
    #[query(response = Option<(i64, u64)>)]
    pub(crate) struct SumOf {
        pub(crate) account: String,
    }

    #[query_handler]
    async fn sum_of(query: SumOf, sums: View<Sums>, counts: View<Counts>) -> Result<Option<(i64, u64)>, QueryError> {
        let (sum, count) = (sums.get(&query.account).await?, counts.get(&query.account).await?);
        let both = sum.zip(count).filter(|(sum, count)| sum.account == count.account);
        Ok(both.map(|(sum, count)| (sum.amount, count.times)))
    }
}

/// What errors and policies say of further attempts.
mod advising {
    use super::*;

    #[event_handler(id = "permanent", retry(attempts = 9, first = "1ms"))]
    async fn permanent(event: Recorded<Deposited>, probe: State<Arc<Probe>>) -> Result<(), HandlerError> {
        probe.note("permanent", &event);
        Err(HandlerError::permanent(HandlerError::msg("there is no such address")))
    }

    #[event_handler(id = "later", retry(attempts = 2, first = "100d"))]
    async fn later(event: Recorded<Deposited>, probe: State<Arc<Probe>>) -> Result<(), HandlerError> {
        probe.note("later", &event);
        Err(HandlerError::retry_after(Duration::from_millis(1), HandlerError::msg("too many requests")))
    }

    #[event_handler(id = "endless", retry(attempts = 1, timeout = "10ms", jitter))]
    async fn endless(event: Recorded<Deposited>, probe: State<Arc<Probe>>) -> Result<(), HandlerError> {
        probe.note("endless", &event);
        std::future::pending().await
    }

    /// Says nothing of retries.
    #[event_handler(id = "plain")]
    async fn plain(event: Recorded<Deposited>, probe: State<Arc<Probe>>) -> Result<(), HandlerError> {
        probe.note("plain", &event);
        Err(HandlerError::msg("no"))
    }
}

async fn start(store: impl Store, module: &str, probe: &Arc<Probe>) -> Jangle {
    let builder = Jangle::builder().store(store).state(Arc::clone(probe)).only(accounts::PATH);
    let retry = Retry { attempts: 3, first: Duration::from_millis(1), ..Retry::DEFAULT };
    builder.only(format!("dead_letters::{module}")).retry(retry).start().await.unwrap()
}

fn broken() -> Arc<Probe> {
    let probe = Arc::new(Probe::default());
    probe.set_broken(true);
    probe
}

async fn ids(app: &Jangle) -> Vec<DeadLetterId> {
    app.dead_letters().list().await.unwrap().iter().map(jangle::DeadLetter::id).collect()
}

async fn a_dead_letter_says_which_event_which_handler_and_why(place: impl Reopen) {
    let app = start(place.open().await, "mailing", &broken()).await;
    app.send(deposit("ann", 5)).await.unwrap();
    app.settle(LONG).await.unwrap();
    let letters = app.dead_letters().list().await.unwrap();
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    assert_eq!((letter.handler(), letter.attempts(), letter.error(), letter.position()), ("mail", 2, "not today", 1));
    assert!(letter.failing_since().is_some() && letter.remedy().is_none());
    let event = letter.event().unwrap();
    assert_eq!((&*event.name, event.stream.aggregate_id()), ("accounts.deposited", "ann"));
    assert_eq!(event.payload, r#"{"amount":5}"#);
    assert_eq!(app.dead_letters().show(letter.id()).await.unwrap().as_ref(), Some(letter));
    assert_eq!(letter.id().to_string().parse::<DeadLetterId>(), Ok(letter.id()));
    assert!(app.dead_letters().of_handler("other").list().await.unwrap().is_empty());
    assert!(app.dead_letters().after(1).list().await.unwrap().is_empty());
}

async fn a_dead_letter_is_handled_again_while_the_lane_runs(place: impl Reopen) {
    let probe = broken();
    let app = start(place.open().await, "mailing", &probe).await;
    app.send(deposit("ann", 5)).await.unwrap();
    app.settle(LONG).await.unwrap();
    let id = ids(&app).await[0];
    // It fails again, after as many attempts as at first.
    assert!(app.dead_letters().retry(id).await.unwrap());
    app.settle(LONG).await.unwrap();
    assert_eq!((probe.seen("tried").len(), ids(&app).await), (4, vec![id]));
    probe.set_broken(false);
    assert!(app.dead_letters().retry(id).await.unwrap());
    app.settle(LONG).await.unwrap();
    assert_eq!((probe.versions("mailed", "ann"), ids(&app).await), (vec![1], vec![]));
    assert!(!app.dead_letters().retry(id).await.unwrap());
    app.send(deposit("ann", 6)).await.unwrap();
    app.settle(LONG).await.unwrap();
    assert_eq!(probe.versions("mailed", "ann"), [1, 2]);
}

async fn a_discarded_letter_is_gone_also_after_a_restart(place: impl Reopen) {
    let probe = broken();
    let app = start(place.open().await, "mailing", &probe).await;
    app.send(deposit("ann", 5)).await.unwrap();
    app.send(deposit("bob", 5)).await.unwrap();
    app.settle(LONG).await.unwrap();
    let letters = ids(&app).await;
    assert!(app.dead_letters().discard(letters[0]).await.unwrap());
    assert_eq!(ids(&app).await, letters[1..]);
    app.shutdown().await.unwrap();
    let app = start(place.open().await, "mailing", &probe).await;
    app.settle(LONG).await.unwrap();
    assert_eq!((ids(&app).await, probe.seen("tried").len()), (letters[1..].to_vec(), 4));
}

async fn all_letters_of_a_handler_are_handled_again_at_once(place: impl Reopen) {
    let probe = broken();
    let app = start(place.open().await, "mailing", &probe).await;
    for account in 0..20 {
        app.send(deposit(&format!("{account}"), 5)).await.unwrap();
    }
    app.settle(LONG).await.unwrap();
    assert_eq!(ids(&app).await.len(), 20);
    probe.set_broken(false);
    assert_eq!(app.dead_letters().of_handler("other").retry_all().await.unwrap(), 0);
    assert_eq!(app.dead_letters().of_handler("mail").retry_all().await.unwrap(), 20);
    app.settle(LONG).await.unwrap();
    assert_eq!((probe.seen("mailed").len(), ids(&app).await.len()), (20, 0));
}

async fn what_was_said_while_nobody_had_the_handler_is_done_when_somebody_has(place: impl Reopen) {
    let probe = broken();
    let app = start(place.open().await, "mailing", &probe).await;
    app.send(deposit("ann", 5)).await.unwrap();
    app.settle(LONG).await.unwrap();
    app.shutdown().await.unwrap();
    let tool = Jangle::builder().store(place.open().await).only(accounts::PATH).start().await.unwrap();
    let id = ids(&tool).await[0];
    assert!(tool.dead_letters().retry(id).await.unwrap());
    let letter = tool.dead_letters().show(id).await.unwrap().unwrap();
    assert_eq!(letter.remedy(), Some(jangle::store::Remedy::Retry));
    tool.shutdown().await.unwrap();
    probe.set_broken(false);
    let app = start(place.open().await, "mailing", &probe).await;
    probe.until("mailed", 1).await;
    app.settle(LONG).await.unwrap();
    assert_eq!(ids(&app).await, []);
}

async fn a_handler_that_holds_keeps_later_events_behind_a_dead_one_as_one_row(place: impl Reopen) {
    let probe = broken();
    let app = start(place.open().await, "holding", &probe).await;
    for amount in [1, -2, 3, 4] {
        app.send(deposit("ann", amount)).await.unwrap();
        app.send(deposit("bob", 1)).await.unwrap();
    }
    app.settle(LONG).await.unwrap();
    assert_eq!((probe.versions("held", "ann"), probe.versions("held", "bob")), (vec![1], vec![1, 2, 3, 4]));
    assert_eq!(ids(&app).await.len(), 1);
    app.shutdown().await.unwrap();
    // It holds after a restart, too.
    let app = start(place.open().await, "holding", &probe).await;
    app.send(deposit("ann", 5)).await.unwrap();
    app.settle(LONG).await.unwrap();
    assert_eq!((probe.versions("held", "ann"), ids(&app).await.len()), (vec![1], 1));
    probe.set_broken(false);
    assert!(app.dead_letters().retry(ids(&app).await[0]).await.unwrap());
    app.settle(LONG).await.unwrap();
    assert_eq!((probe.versions("held", "ann"), ids(&app).await), (vec![1, 2, 3, 4, 5], vec![]));
    app.send(deposit("ann", 6)).await.unwrap();
    app.settle(LONG).await.unwrap();
    assert_eq!(probe.versions("held", "ann"), [1, 2, 3, 4, 5, 6]);
}

async fn discarding_what_a_handler_holds_at_lets_the_later_events_go_on(place: impl Reopen) {
    let probe = broken();
    let app = start(place.open().await, "holding", &probe).await;
    for amount in [-1, 2, -3, 4] {
        app.send(deposit("ann", amount)).await.unwrap();
    }
    app.settle(LONG).await.unwrap();
    assert!(probe.versions("held", "ann").is_empty());
    assert!(app.dead_letters().discard(ids(&app).await[0]).await.unwrap());
    app.settle(LONG).await.unwrap();
    // The third fails as the first did, and holds again.
    assert_eq!((probe.versions("held", "ann"), ids(&app).await.len()), (vec![2], 1));
    assert!(app.dead_letters().discard(ids(&app).await[0]).await.unwrap());
    app.settle(LONG).await.unwrap();
    assert_eq!((probe.versions("held", "ann"), ids(&app).await), (vec![2, 4], vec![]));
}

async fn errors_and_policies_say_how_often_and_when_an_event_is_tried_again(place: impl Reopen) {
    let probe = broken();
    let app = start(place.open().await, "advising", &probe).await;
    app.send(deposit("ann", 1)).await.unwrap();
    app.settle(LONG).await.unwrap();
    let tried = |what| probe.seen(what).len();
    assert_eq!([tried("permanent"), tried("later"), tried("endless"), tried("plain")], [1, 2, 1, 3]);
    let letters = app.dead_letters().list().await.unwrap();
    let told: Vec<_> = letters.iter().map(|letter| (letter.handler(), letter.error())).collect();
    let expected = [
        ("endless", "it took longer than 10ms"),
        ("later", "too many requests"),
        ("permanent", "there is no such address"),
        ("plain", "no"),
    ];
    assert_eq!(told, expected);
}

on_every_store! {
    a_dead_letter_says_which_event_which_handler_and_why,
    a_dead_letter_is_handled_again_while_the_lane_runs,
    a_discarded_letter_is_gone_also_after_a_restart,
    all_letters_of_a_handler_are_handled_again_at_once,
    what_was_said_while_nobody_had_the_handler_is_done_when_somebody_has,
    a_handler_that_holds_keeps_later_events_behind_a_dead_one_as_one_row,
    discarding_what_a_handler_holds_at_lets_the_later_events_go_on,
    errors_and_policies_say_how_often_and_when_an_event_is_tried_again,
}

async fn one_letter_for_two_views(place: impl Reopen) {
    use projecting::{IS_BROKEN, SumOf};
    use std::sync::atomic::Ordering;
    IS_BROKEN.store(true, Ordering::SeqCst);
    let app = start(place.open().await, "projecting", &broken()).await;
    let receipt = app.send(deposit("ann", 5)).await.unwrap();
    app.settle(LONG).await.unwrap();
    let sum = || app.query(SumOf { account: "ann".into() }).after(&receipt);
    assert!(matches!(sum().await, Err(jangle::AskError::SetAside { .. })));
    let letters = ids(&app).await;
    assert_eq!(letters.len(), 1);
    IS_BROKEN.store(false, Ordering::SeqCst);
    assert!(app.dead_letters().retry(letters[0]).await.unwrap());
    app.settle(LONG).await.unwrap();
    assert_eq!((sum().await.unwrap(), ids(&app).await), (Some((5, 1)), vec![]));
}

/// One store after the other, because they share a switch.
#[tokio::test]
async fn a_projection_into_two_views_has_one_letter_and_merges_once() {
    one_letter_for_two_views(MemoryStore::new()).await;
    one_letter_for_two_views(Disk::new()).await;
}

/// A clock that a test turns forward.
#[derive(Clone, Default)]
struct Turned(Arc<std::sync::atomic::AtomicI64>);

impl jangle::Environment for Turned {
    fn now(&self) -> Timestamp {
        let turned = self.0.load(std::sync::atomic::Ordering::SeqCst);
        Timestamp::from_micros(jangle::SystemEnvironment.now().as_micros() + turned)
    }

    fn new_id(&self) -> uuid::Uuid {
        jangle::SystemEnvironment.new_id()
    }
}

/// Fails for ever.
mod aging {
    use super::*;

    #[event_handler(id = "age", retry(attempts = 1_000_000, first = "1ms", max = "1ms"))]
    async fn age(event: Recorded<Deposited>, probe: State<Arc<Probe>>) -> Result<(), HandlerError> {
        probe.note("aged", &event);
        Err(HandlerError::msg("no"))
    }
}

async fn how_long_an_event_has_failed_counts_over_restarts(place: impl Reopen) {
    let (clock, probe) = (Turned::default(), broken());
    let start = |store| {
        let builder = Jangle::builder().store(store).state(Arc::clone(&probe)).environment(clock.clone());
        builder
            .failed_events_max_age(Duration::from_secs(3600))
            .only(accounts::PATH)
            .only("dead_letters::aging")
            .start()
    };
    let app = start(place.open().await).await.unwrap();
    app.send(deposit("ann", 1)).await.unwrap();
    probe.until("aged", 3).await;
    app.shutdown().await.unwrap();
    let tried = probe.seen("aged").len();
    clock.0.store(2 * 3600 * 1_000_000, std::sync::atomic::Ordering::SeqCst);
    let app = start(place.open().await).await.unwrap();
    app.settle(LONG).await.unwrap();
    assert_eq!((ids(&app).await.len(), probe.seen("aged").len()), (1, tried + 1));
}

mod over_restarts {
    on_every_store!(how_long_an_event_has_failed_counts_over_restarts);
    use super::how_long_an_event_has_failed_counts_over_restarts;
    use jangle_tests::on_every_store;
}
