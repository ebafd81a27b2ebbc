//! Laws 5 to 7 and 11, where several applications share a store.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    SettleError,
    prelude::*,
    store::{
        BoxFuture, Claim, Claimed, DeadLetterFilter, Divided, Division, Generation, LaneCommit, LaneId, LaneOutcome,
        LaneProgress, Owner, Remedy, ScanRange, Store, StoreError, StoredDeadLetter, ViewSchema, ViewStore,
    },
    view::Value,
};
use jangle_tests::{
    accounts::{self, AllBooks, Deposited, GetBook, deposit},
    on_every_store,
    probe::Probe,
    stores::Reopen,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

const LONG: Duration = Duration::from_secs(60);

mod noting {
    use super::*;

    /// The accounts `slow` wait at the gate, `bad` is set aside at once.
    #[event_handler(retry(attempts = 1))]
    async fn noting(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
        probe.note("begun", &event);
        match event.aggregate_id() {
            "slow" => probe.gate.acquire().await?.forget(),
            "bad" => return Err(HandlerError::msg("not today")),
            _ => {}
        }
        probe.note("done", &event);
        Ok(())
    }
}

mod asking {
    use super::*;

    #[derive(Debug, Clone, serde::Serialize, serde::Deserialize, Query)]
    #[query(response = usize)]
    pub(crate) struct HowMany;

    #[query_handler]
    async fn how_many(_query: HowMany, probe: State<Probe>) -> Result<usize, QueryError> {
        Ok(probe.seen("done").len())
    }
}

mod chain {
    use super::*;

    /// Passes deposits on, from `chain-3` to `chain-2` and so on.
    #[event_handler]
    async fn chain(event: Recorded<Deposited>, commands: Commands) -> Result<(), HandlerError> {
        let next = event.aggregate_id().strip_prefix("chain-").and_then(|number| number.parse::<u32>().ok());
        if let Some(number) = next.filter(|number| *number > 0) {
            commands.send(deposit(&format!("chain-{}", number - 1), event.amount)).await?;
        }
        Ok(())
    }
}

async fn start_with(
    store: impl Store,
    modules: &[&str],
    settings: impl Fn(jangle::JangleBuilder) -> jangle::JangleBuilder,
) -> Jangle {
    let builder = Jangle::builder().store(store).state(Probe::default()).only(accounts::PATH);
    let builder = modules.iter().fold(builder, |builder, module| builder.only(format!("delivery_processes::{module}")));
    settings(builder).start().await.unwrap()
}

async fn start(store: impl Store, modules: &[&str]) -> Jangle {
    start_with(store, modules, |builder| builder).await
}

async fn an_answer_after_a_receipt_includes_it_where_another_process_has_the_handlers(stores: impl Reopen) {
    let owner = start(stores.open().await, &[]).await;
    let other = start(stores.open().await, &[]).await;
    for (n, app) in (1..).zip([&owner, &other, &other, &owner, &other]) {
        let receipt = app.send(deposit("ann", 1)).await.unwrap();
        for app in [&owner, &other] {
            let book = app.query(GetBook { account: "ann".into() }).after(&receipt).await.unwrap().unwrap();
            assert_eq!(book.balance, n);
        }
    }
}

async fn an_answer_says_that_a_handler_of_another_process_set_its_event_aside(stores: impl Reopen) {
    let owner = start(stores.open().await, &["noting", "asking"]).await;
    let other = start(stores.open().await, &["noting", "asking"]).await;
    let receipt = other.send(deposit("bad", 1)).await.unwrap();
    other.settle(LONG).await.unwrap();
    assert_eq!(owner.state::<Probe>().seen("begun").len(), 1);
    let answer = other.query(asking::HowMany).after(&receipt).await;
    assert!(matches!(&answer, Err(jangle::AskError::SetAside { handler, .. }) if handler == "noting"), "{answer:?}");
}

async fn settling_waits_for_what_handlers_of_another_process_do_and_cause(stores: impl Reopen) {
    let owner = start(stores.open().await, &["chain"]).await;
    let other = start(stores.open().await, &["chain"]).await;
    other.send(deposit("chain-9", 5)).await.unwrap();
    other.settle(LONG).await.unwrap();
    assert_eq!(other.query(AllBooks).await.unwrap().len(), 10);
    owner.settle(LONG).await.unwrap();
}

/// One process sends and asks, another one has the handlers.
mod split {
    use super::*;
    use serde::{Deserialize, Serialize};

    pub(crate) mod shared {
        use super::*;

        #[derive(Debug, Clone, PartialEq, View)]
        #[view(name = "split_totals")]
        pub(crate) struct Total {
            #[key]
            account: String,
            #[merge(sum)]
            pub(crate) amount: i64,
        }
    }

    pub(crate) mod worker {
        use super::*;

        #[event_handler(id = "split_add")]
        async fn add(event: Recorded<Deposited>, totals: Merge<shared::Total>) -> Result<(), HandlerError> {
            totals.merge(shared::Total::at(event.aggregate_id()).amount(event.amount)).await?;
            Ok(())
        }
    }

    pub(crate) mod web {
        use super::*;

        #[derive(Debug, Clone, Serialize, Deserialize, Query)]
        #[query(response = Option<shared::Total>)]
        pub(crate) struct GetTotal(pub(crate) String);

        #[query_handler]
        async fn get_total(query: GetTotal, totals: View<shared::Total>) -> Result<Option<shared::Total>, QueryError> {
            Ok(totals.get(&query.0).await?)
        }
    }
}

async fn an_answer_waits_for_the_handlers_that_only_another_process_has(stores: impl Reopen) {
    let worker = start(stores.open().await, &["split::shared", "split::worker"]).await;
    worker.shutdown().await.unwrap();
    let web = start(stores.open().await, &["split::shared", "split::web"]).await;
    let receipt = web.send(deposit("ann", 1)).await.unwrap();
    let early = web.query(split::web::GetTotal("ann".into())).after(&receipt).within(Duration::from_millis(50)).await;
    assert!(matches!(&early, Err(jangle::AskError::Behind { handler, .. }) if handler == "split_add"), "{early:?}");

    let worker = start(stores.open().await, &["split::shared", "split::worker"]).await;
    for amount in 2..6 {
        let total = web.query(split::web::GetTotal("ann".into())).after(&receipt).within(LONG).await.unwrap();
        assert!(total.is_some_and(|total| total.amount >= 1));
        let receipt = web.send(deposit("bob", 1)).await.unwrap();
        let total = web.query(split::web::GetTotal("bob".into())).after(&receipt).within(LONG).await.unwrap();
        assert_eq!(total.map(|total| total.amount), Some(amount - 1));
        web.send(deposit("cy", 1)).await.unwrap();
        web.settle(LONG).await.unwrap();
        let total = web.query(split::web::GetTotal("cy".into())).await.unwrap();
        assert_eq!(total.map(|total| total.amount), Some(amount - 1));
    }
    worker.shutdown().await.unwrap();
}

async fn settling_ends_while_others_go_on_sending(stores: impl Reopen) {
    let owner = start(stores.open().await, &["chain"]).await;
    let other = start(stores.open().await, &["chain"]).await;
    let sender = owner.clone();
    let sending = tokio::spawn(async move {
        loop {
            sender.send(deposit("busy", 1)).await.unwrap();
        }
    });
    for n in 0..5 {
        for app in [&owner, &other] {
            let start = format!("chain-{}", 10 * (n + 1));
            app.send(deposit(&start, 1)).await.unwrap();
            app.settle(LONG).await.unwrap();
            let last = app.query(GetBook { account: "chain-0".into() }).await.unwrap().unwrap();
            assert!(last.movements > 0);
        }
    }
    let last = other.query(GetBook { account: "chain-0".into() }).await.unwrap().unwrap();
    assert_eq!(last.movements, 10, "each chain was waited for to its end");
    sending.abort();
}

async fn law_6_events_of_another_process_between_ones_own_are_not_skipped(stores: impl Reopen) {
    let owner = start(stores.open().await, &["noting"]).await;
    let other = start(stores.open().await, &["noting"]).await;
    for _ in 0..100 {
        for app in [&owner, &other, &other] {
            app.send(deposit("ann", 1)).await.unwrap();
        }
    }
    other.settle(LONG).await.unwrap();
    assert_eq!(owner.state::<Probe>().versions("done", "ann"), (1..=300).collect::<Vec<_>>());
}

async fn law_14_a_process_takes_lanes_over_when_their_owner_shuts_down(stores: impl Reopen) {
    // Leases that outlast the test: what is taken over was given back.
    let lease = |builder: jangle::JangleBuilder| builder.lease(Duration::from_secs(3600));
    let first = start_with(stores.open().await, &["noting"], lease).await;
    let second = start_with(stores.open().await, &["noting"], lease).await;
    first.send(deposit("ann", 1)).await.unwrap();
    second.settle(LONG).await.unwrap();
    first.shutdown().await.unwrap();
    second.send(deposit("ann", 1)).await.unwrap();
    second.settle(LONG).await.unwrap();
    assert_eq!(first.state::<Probe>().versions("done", "ann"), [1]);
    assert_eq!(second.state::<Probe>().versions("done", "ann"), [2]);
}

/// A view store of a process that is cut off, as one that is stopped is: what it asks for is not answered.
#[derive(Clone)]
struct CutOff<S> {
    inner: S,
    off: Arc<AtomicU32>,
}

const RENEWALS_FAIL: u32 = 1;
const RENEWALS_HANG: u32 = 2;

impl<S> CutOff<S> {
    fn new(inner: S) -> Self {
        Self { inner, off: Arc::default() }
    }

    fn cut(&self, how: u32) {
        self.off.store(how, Ordering::SeqCst);
    }
}

impl<S: ViewStore> ViewStore for CutOff<S> {
    fn prepare(&self, schemas: Vec<ViewSchema>) -> BoxFuture<'_, Result<Vec<Generation>, StoreError>> {
        self.inner.prepare(schemas)
    }

    fn divide(&self, division: Division) -> BoxFuture<'_, Result<Divided, StoreError>> {
        self.inner.divide(division)
    }

    fn progress(&self) -> BoxFuture<'_, Result<Vec<LaneProgress>, StoreError>> {
        self.inner.progress()
    }

    fn claim(&self, claim: Claim) -> BoxFuture<'_, Result<Claimed, StoreError>> {
        self.inner.claim(claim)
    }

    fn renew(
        &self,
        owner: Owner,
        lanes: Vec<(LaneId, u64)>,
        until: Timestamp,
    ) -> BoxFuture<'_, Result<Vec<LaneId>, StoreError>> {
        match self.off.load(Ordering::SeqCst) {
            RENEWALS_FAIL => Box::pin(async { Err(StoreError::Busy { reason: "it is locked".into() }) }),
            RENEWALS_HANG => Box::pin(std::future::pending()),
            _ => self.inner.renew(owner, lanes, until),
        }
    }

    fn release(&self, lanes: Vec<(LaneId, u64)>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.release(lanes)
    }

    fn commit(&self, commit: LaneCommit) -> BoxFuture<'_, Result<LaneOutcome, StoreError>> {
        self.inner.commit(commit)
    }

    fn dead_letters(&self, filter: DeadLetterFilter) -> BoxFuture<'_, Result<Vec<StoredDeadLetter>, StoreError>> {
        self.inner.dead_letters(filter)
    }

    fn remedy(
        &self,
        handler: Arc<str>,
        position: Option<u64>,
        remedy: Remedy,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.inner.remedy(handler, position, remedy)
    }

    fn get(&self, view: &'static str, key: Vec<Value>) -> BoxFuture<'_, Result<Option<Vec<Value>>, StoreError>> {
        self.inner.get(view, key)
    }

    fn scan(&self, view: &'static str, range: ScanRange) -> BoxFuture<'_, Result<Vec<Vec<Value>>, StoreError>> {
        self.inner.scan(view, range)
    }
}

/// One process handles a slow event while its renewals fail; another one takes over. What the first does then is not
/// stored, and it goes on as one that does not own the lane.
async fn taken_over(stores: impl Reopen, how: u32) {
    let store = stores.open().await;
    let views = CutOff::new(store.clone());
    let lease = |builder: jangle::JangleBuilder| builder.lease(Duration::from_millis(300));
    let first = start_with(store, &["noting"], |builder| lease(builder).view_store(views.clone())).await;
    for account in ["bad", "slow", "ann"] {
        first.send(deposit(account, 1)).await.unwrap();
    }
    let (seen_first, ann) = (first.state::<Probe>(), [("ann".to_owned(), 1)]);
    seen_first.until("done", 1).await;
    // The dead letter is stored, above the checkpoint, which waits for the slow event.
    let is_stored = |progress: Vec<LaneProgress>| progress.iter().any(|of| of.dead.is_some());
    while !is_stored(views.progress().await.unwrap()) {
        tokio::task::yield_now().await;
    }
    views.cut(how);
    let second = start_with(stores.open().await, &["noting"], lease).await;
    let seen_second = second.state::<Probe>();
    seen_second.until("begun", 1).await;
    // The first one sees this event before the second does, and leaves it alone.
    first.send(deposit("bob", 1)).await.unwrap();
    seen_second.until("done", 1).await;
    // The first one wakes up: its run ends, and it starts no other.
    seen_first.gate.add_permits(10);
    seen_first.until("done", 2).await;
    seen_second.gate.add_permits(10);
    second.settle(LONG).await.unwrap();
    first.settle(LONG).await.unwrap();
    assert_eq!(seen_first.seen("begun").len(), 3, "nothing was begun without a lease");
    assert!(seen_second.versions("begun", "bad").is_empty(), "what was set aside stays set aside");
    assert_eq!(seen_second.versions("done", "slow"), [1], "a run that was not stored is repeated");
    assert_eq!(seen_first.seen("done")[..1], ann);
    // Everybody sees the same books, in which everything counts once.
    views.cut(0);
    let books = first.query(AllBooks).await.unwrap();
    assert_eq!(books, second.query(AllBooks).await.unwrap());
    assert!(books.len() == 4 && books.iter().all(|book| (book.balance, book.movements) == (1, 1)), "{books:?}");
    second.shutdown().await.unwrap();
    first.send(deposit("eve", 1)).await.unwrap();
    first.settle(LONG).await.unwrap();
    assert_eq!(seen_first.versions("done", "eve"), [1], "it takes the lane back");
}

async fn law_7_an_owner_whose_renewals_fail_is_replaced_and_goes_on_without_the_lane(stores: impl Reopen) {
    taken_over(stores, RENEWALS_FAIL).await;
}

async fn law_7_an_owner_whose_renewals_hang_is_replaced_and_goes_on_without_the_lane(stores: impl Reopen) {
    taken_over(stores, RENEWALS_HANG).await;
}

async fn settling_says_which_handler_another_process_is_behind_with(stores: impl Reopen) {
    let owner = start(stores.open().await, &["noting"]).await;
    let other = start(stores.open().await, &["noting"]).await;
    owner.send(deposit("slow", 1)).await.unwrap();
    let behind = other.settle(Duration::from_millis(100)).await;
    assert!(
        matches!(&behind, Err(SettleError::TimedOut { waiting, .. }) if waiting.contains("`noting`")),
        "{behind:?}"
    );
    owner.state::<Probe>().gate.add_permits(1);
    other.settle(LONG).await.unwrap();
}

on_every_store!(
    an_answer_after_a_receipt_includes_it_where_another_process_has_the_handlers,
    an_answer_says_that_a_handler_of_another_process_set_its_event_aside,
    settling_waits_for_what_handlers_of_another_process_do_and_cause,
    an_answer_waits_for_the_handlers_that_only_another_process_has,
    settling_ends_while_others_go_on_sending,
    law_6_events_of_another_process_between_ones_own_are_not_skipped,
    law_14_a_process_takes_lanes_over_when_their_owner_shuts_down,
    law_7_an_owner_whose_renewals_fail_is_replaced_and_goes_on_without_the_lane,
    law_7_an_owner_whose_renewals_hang_is_replaced_and_goes_on_without_the_lane,
    settling_says_which_handler_another_process_is_behind_with,
);

/// Blocks its thread, instead of waiting, for longer than a lease lasts.
mod blocking {
    use super::*;

    #[event_handler]
    async fn blocking(event: Recorded<Deposited>, probe: State<Arc<Probe>>) -> Result<(), HandlerError> {
        probe.note("begun", &event);
        if event.aggregate_id() == "slow" {
            std::thread::sleep(3 * LEASE);
        }
        probe.note("done", &event);
        Ok(())
    }

    pub(crate) const LEASE: Duration = Duration::from_secs(1);

    pub(crate) async fn start(store: impl Store, probe: &Arc<Probe>) -> Jangle {
        let builder = Jangle::builder().store(store).state(Arc::clone(probe)).lease(LEASE).only(accounts::PATH);
        builder.only("delivery_processes::blocking").start().await.unwrap()
    }
}

/// The first process has one thread, which its handler blocks; the second one waits for its lanes.
async fn a_handler_that_blocks_its_thread_does_not_lose_its_lane(stores: impl Reopen) {
    let probes = [Arc::new(Probe::default()), Arc::new(Probe::default())];
    let (store, probe) = (stores.open().await, Arc::clone(&probes[0]));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let first = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let app = blocking::start(store, &probe).await;
            stopped.await.unwrap();
            app.shutdown().await.unwrap();
        });
    });
    let watched = stores.open().await;
    let is_owned = |progress: Vec<LaneProgress>| progress.iter().any(|lane| lane.owner.is_some());
    while !is_owned(watched.progress().await.unwrap()) {
        tokio::task::yield_now().await;
    }
    let second = blocking::start(stores.open().await, &probes[1]).await;
    second.send(deposit("slow", 1)).await.unwrap();
    probes[0].until("done", 1).await;
    second.send(deposit("ann", 1)).await.unwrap();
    second.settle(LONG).await.unwrap();
    assert_eq!((probes[0].seen("begun").len(), probes[1].seen("begun").len()), (2, 0));
    stop.send(()).unwrap();
    first.join().unwrap();
    second.shutdown().await.unwrap();
}

mod beside_a_blocked_thread {
    use super::a_handler_that_blocks_its_thread_does_not_lose_its_lane;
    jangle_tests::on_every_store!(a_handler_that_blocks_its_thread_does_not_lose_its_lane);
}
