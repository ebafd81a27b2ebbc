//! Laws 5 and 7, where the events of a handler are divided among lanes.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    StartError,
    prelude::*,
    store::{
        Claim, Claimed, Divided, Division, Generation, LaneCommit, LaneId, LaneProgress, Move, Owner, PartitionRange,
        Store, StreamId, ViewStore, partition_of,
    },
};
use jangle_tests::{
    accounts::{self, AllBooks, Deposited, deposit},
    on_every_store,
    probe::Probe,
    stores::Reopen,
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

const LONG: Duration = Duration::from_secs(60);

mod noting {
    use super::*;

    /// Accounts that begin with `slow` wait at the gate; those that begin with `bad` fail until long after the test.
    #[event_handler(retry(attempts = 5, first = "1h", max = "1h"))]
    async fn noting(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
        probe.note("begun", &event);
        if event.aggregate_id().starts_with("slow") {
            probe.gate.acquire().await?.forget();
        }
        if event.aggregate_id().starts_with("bad") {
            probe.work()?;
        }
        probe.note("done", &event);
        Ok(())
    }
}

mod gated {
    use super::*;

    #[derive(Debug, Clone, PartialEq, View)]
    #[view(name = "gated_totals")]
    struct Total {
        #[key]
        account: String,
        #[merge(sum)]
        amount: i64,
    }

    /// Merges nothing for accounts that begin with `bad`, but fails for ever.
    #[event_handler(retry(attempts = 1))]
    async fn gated(event: Recorded<Deposited>, totals: Merge<Total>) -> Result<(), HandlerError> {
        if event.aggregate_id().starts_with("bad") {
            return Err(HandlerError::msg("not today"));
        }
        totals.merge(Total::at(event.aggregate_id()).amount(event.amount)).await?;
        Ok(())
    }
}

async fn start(store: impl Store, lanes: usize) -> Jangle {
    let builder = Jangle::builder().store(store).state(Probe::default()).lanes(lanes);
    let builder = builder.only(accounts::PATH).only("delivery_lanes::noting").only("delivery_lanes::gated");
    builder.start().await.unwrap()
}

fn name(number: usize) -> String {
    format!("account {number}")
}

async fn send(app: &Jangle, accounts: usize) {
    let sent: Vec<_> = (0..accounts).map(|n| tokio::spawn(app.send(deposit(&name(n), 1)).into_future())).collect();
    for sending in sent {
        sending.await.unwrap().unwrap();
    }
}

/// How many ranges each lane of a handler has, and whether they have every partition once.
async fn ranges(store: &impl ViewStore, handler: &str) -> usize {
    let progress: Vec<LaneProgress> = store.progress().await.unwrap();
    let ranges: Vec<_> =
        progress.iter().filter(|of| *of.lane.handler == *handler).map(|of| of.lane.partitions).collect();
    let partitions: Vec<_> = ranges.iter().flat_map(|range| range.first..=range.last).collect();
    assert_eq!(partitions, (0..64).collect::<Vec<_>>(), "{ranges:?}");
    ranges.len()
}

async fn law_5_every_lane_handles_its_share_in_order_for_each_aggregate(stores: impl Reopen) {
    for lanes in [4, 64] {
        let app = start(stores.open().await, lanes).await;
        let before = app.state::<Probe>().seen("done").len();
        for _ in 0..5 {
            send(&app, 50).await;
        }
        app.settle(LONG).await.unwrap();
        let probe = app.state::<Probe>();
        assert_eq!(probe.seen("done").len() - before, 250);
        for n in 0..50 {
            assert!(probe.versions("done", &name(n)).is_sorted());
        }
        app.shutdown().await.unwrap();
    }
}

async fn law_5_a_lane_that_is_slow_delays_no_other(stores: impl Reopen) {
    let app = start(stores.open().await, 64).await;
    // More of them than runs that one lane may have under way, all in one partition.
    let partition = |id: &str| partition_of(&StreamId::new("account", id));
    let slow: Vec<_> = (0..).map(|n| format!("slow {n}")).filter(|id| partition(id) == 7).take(70).collect();
    for account in &slow {
        app.send(deposit(account, 1)).await.unwrap();
    }
    let others: BTreeSet<_> = (0..100).map(name).filter(|id| partition(id) != 7).collect();
    for account in &others {
        app.send(deposit(account, 1)).await.unwrap();
    }
    let probe = app.state::<Probe>();
    probe.until("done", others.len()).await;
    assert_eq!(probe.seen("done").into_iter().map(|(id, _)| id).collect::<BTreeSet<_>>(), others);
    probe.gate.add_permits(slow.len());
    app.settle(LONG).await.unwrap();
}

async fn law_7_the_number_of_lanes_may_change_at_each_start_and_everything_counts_once(stores: impl Reopen) {
    let mut handled = 0;
    for (round, lanes) in (1..).zip([1, 4, 3, 64, 1, 7, 2]) {
        let store = stores.open().await;
        let app = start(store.clone(), lanes).await;
        assert_eq!(ranges(&store, "book_deposit").await, lanes, "round {round}");
        send(&app, 100).await;
        app.settle(LONG).await.unwrap();
        handled += app.state::<Probe>().seen("done").len();
        assert_eq!(handled, round * 100);
        app.shutdown().await.unwrap();
    }
    let app = start(stores.open().await, 5).await;
    let books = app.query(AllBooks).await.unwrap();
    assert!(books.len() == 100 && books.iter().all(|book| (book.balance, book.movements) == (7, 7)), "{books:?}");
}

async fn law_7_lanes_that_stand_at_different_positions_are_joined_once_they_have_met(stores: impl Reopen) {
    let app = accounts::start(stores.open().await).await;
    for n in 0..80 {
        app.send(deposit(&name(n), 1)).await.unwrap();
    }
    app.shutdown().await.unwrap();
    // Another process left eight lanes, the first at position 0, the last at position 70.
    let store = stores.open().await;
    let (owner, now) = (Owner(CommandId::new().as_uuid()), Timestamp::default());
    let follows: Arc<str> = "accounts.deposited".into();
    let (generation, handler, ranges) = (Generation::NONE, Arc::from("noting"), PartitionRange::parts(8));
    let division = Division {
        generation,
        handler: Arc::clone(&handler),
        formerly: None,
        follows: Arc::clone(&follows),
        ranges: ranges.clone(),
        begin_at: 0,
        owner,
        now,
    };
    assert_eq!(store.divide(division).await.unwrap(), Divided::Into(ranges.clone()));
    let checkpoint = |partition: u8| u64::from(partition / 8) * 10;
    for partitions in ranges {
        let lane = LaneId { generation, handler: Arc::clone(&handler), partitions };
        let (follows, knows) = (Arc::clone(&follows), [Arc::clone(&follows)].into());
        let claim = Claim { lane: lane.clone(), follows, knows, owner, now, until: now, begin_at: 0 };
        let Claimed::Owned { epoch, .. } = store.claim(claim).await.unwrap() else { panic!("it is free") };
        let to = checkpoint(partitions.first);
        let moves = vec![Move { lane, epoch, from: 0, to, event: None, exceptions: vec![] }];
        store.commit(LaneCommit { moves, rows: vec![] }).await.unwrap();
    }
    let app = start(store.clone(), 1).await;
    assert_eq!(self::ranges(&store, "noting").await, 8);
    app.settle(LONG).await.unwrap();
    let lacking = |n: &usize| *n as u64 + 1 > checkpoint(partition_of(&StreamId::new("account", name(*n))));
    let expected: BTreeSet<_> = (0..80).filter(lacking).map(|n| (name(n), 1)).collect();
    let seen = app.state::<Probe>().seen("done");
    assert_eq!((seen.len(), seen.into_iter().collect::<BTreeSet<_>>()), (expected.len(), expected));
    app.shutdown().await.unwrap();
    let store = stores.open().await;
    let app = start(store.clone(), 1).await;
    assert_eq!(self::ranges(&store, "noting").await, 1);
    app.shutdown().await.unwrap();
}

async fn law_7_what_is_not_done_goes_with_its_partition(stores: impl Reopen) {
    let app = start(stores.open().await, 1).await;
    app.state::<Probe>().set_broken(true);
    for n in 0..20 {
        for account in [format!("bad {n}"), name(n), format!("bad {n}")] {
            app.send(deposit(&account, 1)).await.unwrap();
        }
    }
    app.state::<Probe>().until("done", 20).await;
    app.shutdown().await.unwrap();
    for lanes in [16, 3, 64] {
        let store = stores.open().await;
        let app = start(store.clone(), lanes).await;
        let progress = store.progress().await.unwrap();
        let of = |handler: &'static str| progress.iter().filter(move |of| *of.lane.handler == *handler);
        let bad = |n: usize| partition_of(&StreamId::new("account", format!("bad {n}")));
        for of in of("noting") {
            let expected = (0..20).any(|n| of.lane.partitions.contains(bad(n)));
            assert_eq!(of.waiting.is_some(), expected, "{of:?}");
        }
        for of in of("gated") {
            let expected = (0..20).any(|n| of.lane.partitions.contains(bad(n)));
            assert_eq!(of.dead.is_some(), expected, "{of:?}");
        }
        app.shutdown().await.unwrap();
    }
}

async fn law_5_processes_with_other_numbers_of_lanes_share_the_work(stores: impl Reopen) {
    let many = start(stores.open().await, 4).await;
    let one = start(stores.open().await, 1).await;
    send(&many, 100).await;
    one.settle(LONG).await.unwrap();
    many.shutdown().await.unwrap();
    send(&one, 100).await;
    one.settle(LONG).await.unwrap();
    let handled = many.state::<Probe>().seen("done").len() + one.state::<Probe>().seen("done").len();
    assert_eq!(handled, 200);
    let books = one.query(AllBooks).await.unwrap();
    assert!(books.len() == 100 && books.iter().all(|book| (book.balance, book.movements) == (2, 2)), "{books:?}");
}

on_every_store!(
    law_5_every_lane_handles_its_share_in_order_for_each_aggregate,
    law_5_a_lane_that_is_slow_delays_no_other,
    law_7_the_number_of_lanes_may_change_at_each_start_and_everything_counts_once,
    law_7_lanes_that_stand_at_different_positions_are_joined_once_they_have_met,
    law_7_what_is_not_done_goes_with_its_partition,
    law_5_processes_with_other_numbers_of_lanes_share_the_work,
);

#[tokio::test]
async fn a_number_of_lanes_that_cannot_be_is_refused() {
    for lanes in [0, 65] {
        let started = Jangle::builder().only(accounts::PATH).lanes(lanes).start().await;
        assert!(matches!(started, Err(StartError::Setting { setting: "lanes", .. })));
    }
}
