//! Live streams of committed events.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{SubscribeError, Subscription, prelude::*, store::EventStore};
use jangle_tests::{
    accounts::{Deposited, Withdrawn, deposit, start, withdraw},
    on_every_store,
    stores::Reopen,
};

async fn next<E: Event>(subscription: &mut Subscription<E>) -> Recorded<E> {
    subscription.next().await.expect("the application runs").unwrap()
}

async fn it_begins_now_and_has_the_events_of_one_type(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    app.send(deposit("ann", 1)).await.unwrap();
    let (mut deposits, mut withdrawals) = (app.subscribe::<Deposited>(), app.subscribe::<Withdrawn>());
    app.send(deposit("ann", 2)).await.unwrap();
    app.send(withdraw("ann", 3)).await.unwrap();
    app.send(deposit("bob", 4)).await.unwrap();
    assert_eq!(next(&mut deposits).await.amount, 2);
    let event = next(&mut deposits).await;
    assert_eq!((event.amount, event.aggregate_id(), event.version(), event.position()), (4, "bob", 1, 4));
    assert_eq!(next(&mut withdrawals).await.amount, 3);
}

async fn it_begins_at_a_position_or_behind_a_receipt(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    let mut receipts = Vec::new();
    for amount in 1..=4 {
        receipts.push(app.send(deposit("ann", amount)).await.unwrap());
    }
    for (position, first) in [(0, 1), (1, 1), (3, 3)] {
        assert_eq!(next(&mut app.subscribe::<Deposited>().from(position)).await.amount, first);
    }
    assert_eq!(next(&mut app.subscribe::<Deposited>().after(&receipts[2])).await.amount, 4);
    let mut later = app.subscribe::<Deposited>().from(6);
    app.send(deposit("ann", 5)).await.unwrap();
    app.send(deposit("ann", 6)).await.unwrap();
    assert_eq!(next(&mut later).await.amount, 6);
}

async fn law_6_of_many_senders_in_two_processes_none_is_skipped_and_none_comes_twice(stores: impl Reopen) {
    let apps = [start(stores.open().await).await, start(stores.open().await).await];
    let mut subscriptions: Vec<_> = apps.iter().map(|app| app.subscribe::<Deposited>()).collect();
    let senders: Vec<_> = (0..8)
        .map(|n: usize| {
            let app = apps[n % 2].clone();
            tokio::spawn(async move {
                for _ in 0..50 {
                    app.send(deposit(&format!("account {n}"), 1)).await.unwrap();
                }
            })
        })
        .collect();
    for subscription in &mut subscriptions {
        for position in 1..=400 {
            assert_eq!(next(subscription).await.position(), position);
        }
    }
    for sender in senders {
        sender.await.unwrap();
    }
}

async fn a_slow_subscriber_makes_nobody_wait_and_misses_nothing(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    let mut slow = app.subscribe::<Deposited>();
    // More than is kept in memory.
    let sent: Vec<_> =
        (0..9000).map(|n| tokio::spawn(app.send(deposit(&format!("account {}", n % 500), 1)).into_future())).collect();
    for sending in sent {
        sending.await.unwrap().unwrap();
    }
    for position in 1..=9000 {
        assert_eq!(next(&mut slow).await.position(), position);
    }
}

async fn it_ends_when_the_application_shuts_down(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    let mut deposits = app.subscribe::<Deposited>();
    let waiting = tokio::spawn(async move { deposits.next().await.is_none() });
    app.shutdown().await.unwrap();
    assert!(waiting.await.unwrap());
    let app = start(stores.open().await).await;
    let mut deposits = app.subscribe::<Deposited>();
    drop(app);
    assert!(deposits.next().await.is_none(), "a subscription does not keep an application alive");
}

async fn an_event_that_cannot_be_decoded_is_told_and_the_next_one_comes(stores: impl Reopen) {
    let store = stores.open().await;
    let app = start(store.clone()).await;
    app.send(deposit("ann", 1)).await.unwrap();
    let mut broken = store.read_all(0, 1).await.unwrap().remove(0);
    let new = jangle::store::NewEvent {
        id: jangle::EventId::from_uuid(CommandId::new().as_uuid()),
        stream: jangle::store::StreamId::new("account", "bob"),
        must_be_new: true,
        name: broken.name.clone(),
        schema_version: 1,
        payload: r#"{"amount":"secret"}"#.to_owned(),
        metadata: std::mem::take(&mut broken.metadata),
        occurred_at: None,
    };
    let append = jangle::store::Append {
        expected: (new.stream.clone(), 0),
        depends_on: vec![],
        events: vec![new],
        receipt: None,
        recorded_at: broken.recorded_at,
    };
    store.append(vec![append]).await.unwrap();
    app.send(deposit("ann", 3)).await.unwrap();
    let mut deposits = app.subscribe::<Deposited>().from(2);
    let error = deposits.next().await.unwrap().unwrap_err();
    assert!(matches!(&error, SubscribeError::Undecodable { position: 2, .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("secret"));
    assert_eq!(next(&mut deposits).await.amount, 3);
}

on_every_store!(
    it_begins_now_and_has_the_events_of_one_type,
    it_begins_at_a_position_or_behind_a_receipt,
    law_6_of_many_senders_in_two_processes_none_is_skipped_and_none_comes_twice,
    a_slow_subscriber_makes_nobody_wait_and_misses_nothing,
    it_ends_when_the_application_shuts_down,
    an_event_that_cannot_be_decoded_is_told_and_the_next_one_comes,
);
