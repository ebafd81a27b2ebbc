//! What follows from events: projections, reactions, failures, and events whose type changed.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

// ANCHOR: imports
use jangle::{AskError, prelude::*};
use std::{sync::Mutex, time::Duration};
// ANCHOR_END: imports

/// An order and its payment, as the chapter tells of them.
#[path = "handlers/shop.rs"]
mod shop;

#[tokio::test]
async fn handlers_do_what_follows_from_an_order() {
    use shop::{AddPoints, Mailer, PlaceOrder, TurnoverOf};
    let builder = Jangle::builder().only("handlers::shop");
    // ANCHOR: state
    let app = builder
        .store(MemoryStore::new())
        .state(Mailer { sent: Mutex::default() })
        .start()
        .await
        .unwrap();
    // ANCHOR_END: state
    let order = PlaceOrder { order: "1".into(), customer: "ann".into(), cents: 4_200 };
    let receipt = app.send(order).await.unwrap();
    let turnover = app
        .query(TurnoverOf { customer: "ann".into() })
        .after(&receipt)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((turnover.orders, turnover.cents), (1, 4_200));
    app.settle(Duration::from_secs(30)).await.unwrap();
    assert_eq!(app.state::<Mailer>().sent.lock().unwrap().len(), 1);
    let points = app
        .send(AddPoints { customer: "ann".into(), points: 0 })
        .dry_run()
        .await
        .unwrap()
        .reply;
    assert_eq!(points, 42);
}

/// A handler that never succeeds for one account.
#[path = "handlers/set_aside.rs"]
mod set_aside;

#[tokio::test]
async fn an_event_that_keeps_failing_is_set_aside_and_holds_nobody_up() {
    use set_aside::{Answered, HowMany, Ring};
    let builder =
        Jangle::builder().only("handlers::set_aside").store(MemoryStore::new());
    let app = builder.state(Answered::default()).start().await.unwrap();
    // ANCHOR: aside
    let broken = app.send(Ring("broken".into())).await.unwrap();
    app.send(Ring("front door".into())).await.unwrap();
    app.settle(Duration::from_secs(30)).await.unwrap();

    // The other bell was answered, and an answer that would lack the event says so.
    assert_eq!(app.query(HowMany).await.unwrap(), 1);
    let asked = app.query(HowMany).after(&broken).await;
    assert!(matches!(asked, Err(AskError::SetAside { position: 1, .. })));
    // ANCHOR_END: aside
}

/// The same stored event, before and after its type got a field.
#[path = "handlers/before.rs"]
mod before;

#[path = "handlers/now.rs"]
mod now;

#[tokio::test]
async fn an_event_of_an_older_version_is_read_by_the_newer_type() {
    let store = MemoryStore::new();
    let app = Jangle::builder()
        .only("handlers::before")
        .store(store.clone())
        .start()
        .await
        .unwrap();
    app.send(before::Rename { shop: "1".into(), name: "Tea and more".into() })
        .await
        .unwrap();
    app.shutdown().await.unwrap();
    let app =
        Jangle::builder().only("handlers::now").store(store).start().await.unwrap();
    let described = app.send(now::Describe("1".into())).await.unwrap().reply;
    assert_eq!(described, ("Tea and more".to_owned(), 0));
}
