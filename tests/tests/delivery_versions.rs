//! Laws 5, 7, 10 and 11, where a program changes: versions, names and ids of handlers.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    JangleBuilder, StartError,
    prelude::*,
    store::{Claim, Claimed, Divided, Division, Generation, LaneId, Owner, PartitionRange, Store, ViewStore},
};
use jangle_tests::{
    accounts::{self, Deposited, deposit},
    on_every_store,
    probe::Probe,
    stores::{Disk, Reopen},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);

mod totals {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, View)]
    #[view(name = "versioned_totals")]
    pub(crate) struct Total {
        #[key]
        pub(crate) account: String,
        #[merge(sum)]
        pub(crate) amount: i64,
    }

    #[derive(Debug, Clone, Serialize, Deserialize, Query)]
    #[query(response = i64)]
    pub(crate) struct TotalOf(pub(crate) String);

    #[query_handler]
    async fn total_of(query: TotalOf, totals: View<Total>) -> Result<i64, QueryError> {
        Ok(totals.get(&query.0).await?.map_or(0, |total| total.amount))
    }
}

/// The program as it was first.
mod first {
    use super::{totals::Total, *};

    #[event_handler]
    async fn tally(event: Recorded<Deposited>, totals: Merge<Total>) -> Result<(), HandlerError> {
        Ok(totals.merge(Total::at(event.aggregate_id()).amount(event.amount)).await?)
    }

    #[event_handler(retry(attempts = 10_000, first = "1ms", max = "5ms"))]
    async fn letters(event: Recorded<Deposited>, probe: State<Probe>, commands: Commands) -> Result<(), HandlerError> {
        super::send_letter(&event, &probe, &commands).await
    }
}

/// Another one, which merges something else.
mod second {
    use super::{totals::Total, *};

    #[event_handler(version = 2)]
    async fn tally(event: Recorded<Deposited>, totals: Merge<Total>) -> Result<(), HandlerError> {
        Ok(totals.merge(Total::at(event.aggregate_id()).amount(event.amount * 100)).await?)
    }
}

/// Another one, with other names for the same.
mod renamed {
    use super::{totals::Total, *};

    #[event_handler(formerly = "tally")]
    async fn count(event: Recorded<Deposited>, totals: Merge<Total>) -> Result<(), HandlerError> {
        Ok(totals.merge(Total::at(event.aggregate_id()).amount(event.amount)).await?)
    }

    #[event_handler(formerly = "letters", retry(attempts = 5, first = "1ms"))]
    async fn mails(event: Recorded<Deposited>, probe: State<Probe>, commands: Commands) -> Result<(), HandlerError> {
        super::send_letter(&event, &probe, &commands).await
    }
}

/// Another one, in which a handler follows another event.
mod further {
    use super::*;

    #[event_handler(id = "letters")]
    async fn letters_of_withdrawals(event: Recorded<accounts::Withdrawn>) -> Result<(), HandlerError> {
        let _ = event;
        Ok(())
    }
}

/// Deposits the charge for a letter, and then may fail.
async fn send_letter(event: &Recorded<Deposited>, probe: &Probe, commands: &Commands) -> Result<(), HandlerError> {
    if event.aggregate_id() != "post" {
        commands.send(deposit("post", 1)).await?;
        probe.note("sent", event);
        probe.work()?;
    }
    Ok(())
}

fn builder(store: impl Store, modules: &[&str]) -> JangleBuilder {
    let builder = Jangle::builder().store(store).state(Probe::default()).only(accounts::PATH);
    modules.iter().fold(builder, |builder, module| builder.only(format!("delivery_versions::{module}")))
}

async fn total(app: &Jangle, account: &str) -> i64 {
    app.settle(LONG).await.unwrap();
    app.query(totals::TotalOf(account.to_owned())).await.unwrap()
}

async fn law_7_a_new_version_of_a_handler_fills_its_views_anew(stores: impl Reopen) {
    let old = builder(stores.open().await, &["totals", "first"]).start().await.unwrap();
    old.send(deposit("ann", 5)).await.unwrap();
    assert_eq!(total(&old, "ann").await, 5);
    old.shutdown().await.unwrap();
    for expected in [700, 900] {
        let new = builder(stores.open().await, &["totals", "second"]).start().await.unwrap();
        new.send(deposit("ann", 2)).await.unwrap();
        assert_eq!(total(&new, "ann").await, expected, "from the first event on, and once");
        new.shutdown().await.unwrap();
    }
    let old = builder(stores.open().await, &["totals", "first"]).start().await.unwrap();
    assert_eq!(total(&old, "ann").await, 9, "the program before goes on with what it had");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_7_programs_with_two_versions_of_a_handler_go_on_side_by_side() {
    let disk = Disk::new();
    let old = builder(disk.open().await, &["totals", "first"]).start().await.unwrap();
    old.send(deposit("ann", 5)).await.unwrap();
    let new = builder(disk.open().await, &["totals", "second"]).start().await.unwrap();
    new.send(deposit("ann", 2)).await.unwrap();
    assert_eq!((total(&old, "ann").await, total(&new, "ann").await), (7, 700));
}

async fn law_7_a_handler_with_a_former_id_goes_on_from_there(stores: impl Reopen) {
    let old = builder(stores.open().await, &["totals", "first"]).start().await.unwrap();
    old.send(deposit("ann", 5)).await.unwrap();
    old.settle(LONG).await.unwrap();
    old.state::<Probe>().set_broken(true);
    old.send(deposit("bob", 7)).await.unwrap();
    old.state::<Probe>().until("sent", 2).await;
    old.shutdown().await.unwrap();
    let new = builder(stores.open().await, &["totals", "renamed"]).start().await.unwrap();
    new.send(deposit("ann", 1)).await.unwrap();
    assert_eq!((total(&new, "ann").await, total(&new, "bob").await), (6, 7), "nothing counts twice");
    assert_eq!(total(&new, "post").await, 3, "the letter that was tried again was paid once");
    new.shutdown().await.unwrap();
    // The program before does not begin anew beside it.
    let old = builder(stores.open().await, &["totals", "first"]).start().await.unwrap();
    let waited = old.settle(Duration::from_millis(300)).await;
    assert!(waited.is_err() && old.state::<Probe>().seen("sent").is_empty(), "{waited:?}");
    old.shutdown().await.unwrap();
    let new = builder(stores.open().await, &["totals", "renamed"]).start().await.unwrap();
    assert_eq!((total(&new, "ann").await, total(&new, "post").await), (6, 3));
}

async fn law_7_the_progress_of_a_former_id_is_taken_when_its_owner_has_ended(stores: impl Reopen) {
    let old = builder(stores.open().await, &["totals", "first"]).start().await.unwrap();
    let new = builder(stores.open().await, &["totals", "renamed"]).start().await.unwrap();
    old.send(deposit("ann", 5)).await.unwrap();
    assert_eq!(total(&old, "ann").await, 5);
    old.shutdown().await.unwrap();
    new.send(deposit("ann", 1)).await.unwrap();
    assert_eq!(total(&new, "ann").await, 6);
}

/// Leaves the progress of a handler that no program has.
async fn leave_progress(store: &impl ViewStore, handler: &str) {
    let lane = LaneId { generation: Generation::NONE, handler: handler.into(), partitions: PartitionRange::ALL };
    let (owner, now) = (Owner(CommandId::new().as_uuid()), Timestamp::default());
    let (follows, knows) = ("accounts.deposited".into(), ["accounts.deposited".into()].into());
    let claim = Claim { lane: lane.clone(), follows, knows, owner, now, until: now, begin_at: 0 };
    let Claimed::Owned { epoch, .. } = store.claim(claim).await.unwrap() else { panic!("it is free") };
    store.release(vec![(lane, epoch)]).await.unwrap();
}

async fn law_7_a_handler_that_is_gone_stops_the_start_until_the_program_says_what_became_of_it(stores: impl Reopen) {
    let store = stores.open().await;
    leave_progress(&store, "parcels").await;
    leave_progress(&store, "cards").await;
    let gone = builder(store.clone(), &["totals", "first"]).start().await;
    let Err(error @ StartError::HandlersGone { .. }) = gone else { panic!("{gone:?}") };
    let text = error.to_string();
    assert!(["`cards`, `parcels`", "formerly", ".retired("].iter().all(|part| text.contains(part)), "{text}");
    let retired = builder(store.clone(), &["totals", "first"]).retired("parcels").retired("cards").start().await;
    retired.unwrap().shutdown().await.unwrap();
}

async fn law_7_handlers_that_an_application_leaves_out_are_not_gone(stores: impl Reopen) {
    let with = builder(stores.open().await, &["totals", "first"]).start().await.unwrap();
    with.shutdown().await.unwrap();
    builder(stores.open().await, &["totals"]).start().await.unwrap().shutdown().await.unwrap();
}

async fn law_11_a_process_that_does_not_know_an_event_takes_no_lease_on_its_handler(stores: impl Reopen) {
    let store = stores.open().await;
    let old = builder(store.clone(), &["further"]).start().await.unwrap();
    old.settle(LONG).await.unwrap();
    old.shutdown().await.unwrap();
    // A newer program led the handler to another event.
    let store = stores.open().await;
    let lane = LaneId { generation: Generation::NONE, handler: "letters".into(), partitions: PartitionRange::ALL };
    let (owner, now) = (Owner(CommandId::new().as_uuid()), Timestamp::default());
    let knows = ["accounts.closed".into(), "accounts.withdrawn".into()].into();
    let claim =
        Claim { lane: lane.clone(), follows: "accounts.closed".into(), knows, owner, now, until: now, begin_at: 0 };
    let Claimed::Owned { epoch, .. } = store.claim(claim).await.unwrap() else { panic!("it is free") };
    store.release(vec![(lane.clone(), epoch)]).await.unwrap();
    let old = builder(store.clone(), &["further"]).start().await.unwrap();
    let behind = old.send(deposit("ann", 1)).await.unwrap();
    assert!(old.settle(Duration::from_millis(200)).await.is_err());
    let progress = store.progress().await.unwrap();
    let letters = progress.iter().find(|of| of.lane == lane).unwrap();
    assert!(letters.owner.is_none() && letters.checkpoint < behind.position, "{letters:?}");
}

async fn law_11_a_process_that_knows_all_events_goes_on_where_another_version_was(stores: impl Reopen) {
    let old = builder(stores.open().await, &["first", "totals"]).start().await.unwrap();
    old.shutdown().await.unwrap();
    let new = builder(stores.open().await, &["further"]).start().await.unwrap();
    new.send(deposit("ann", 1)).await.unwrap();
    new.settle(LONG).await.unwrap();
}

/// Two processes of the older program wait for a lane while a newer one renames its handler.
async fn law_7_who_knows_a_handler_by_its_former_id_does_not_begin_it_anew(stores: impl Reopen) {
    let store = stores.open().await;
    let lane = |handler: &str| LaneId {
        generation: Generation::NONE,
        handler: handler.into(),
        partitions: PartitionRange::ALL,
    };
    let claim = |handler: &str| Claim {
        lane: lane(handler),
        follows: "opened".into(),
        knows: ["opened".into()].into(),
        owner: Owner(uuid::Uuid::now_v7()),
        now: jangle::Timestamp::from_micros(0),
        until: jangle::Timestamp::from_micros(1_000_000),
        begin_at: 0,
    };
    let division = |handler: &str, formerly: Option<&str>| Division {
        generation: Generation::NONE,
        handler: handler.into(),
        formerly: formerly.map(Into::into),
        follows: "opened".into(),
        ranges: PartitionRange::parts(1),
        begin_at: 3,
        owner: Owner(uuid::Uuid::now_v7()),
        now: jangle::Timestamp::from_micros(0),
    };
    assert!(matches!(store.divide(division("old", None)).await.unwrap(), Divided::Into(_)));
    assert!(matches!(store.divide(division("new", Some("old"))).await.unwrap(), Divided::Into(_)));
    assert_eq!(store.claim(claim("old")).await.unwrap(), Claimed::Divided);
    assert!(matches!(store.claim(claim("new")).await.unwrap(), Claimed::Owned { checkpoint: 3, .. }));
    let told = store.divide(division("old", None)).await.unwrap();
    assert_eq!(told, Divided::Renamed { to: "new".into() });
}

on_every_store!(
    law_7_who_knows_a_handler_by_its_former_id_does_not_begin_it_anew,
    law_7_a_new_version_of_a_handler_fills_its_views_anew,
    law_7_a_handler_with_a_former_id_goes_on_from_there,
    law_7_the_progress_of_a_former_id_is_taken_when_its_owner_has_ended,
    law_7_a_handler_that_is_gone_stops_the_start_until_the_program_says_what_became_of_it,
    law_7_handlers_that_an_application_leaves_out_are_not_gone,
    law_11_a_process_that_does_not_know_an_event_takes_no_lease_on_its_handler,
    law_11_a_process_that_knows_all_events_goes_on_where_another_version_was,
);
