//! An application of several crates: one that renames jangle, one that has it through a facade, one that holds commands
//! and events only, and one that nothing names but `link!`.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::prelude::*;
use orders::PiecesOf;
use shop_contract::PlaceOrder;
use shop_stock::Deliver;
use std::{collections::BTreeSet, sync::Mutex, time::Duration};

// By the name of the crate, which for `mails` is not its package's; and by the package's, where `Cargo.toml` renames it.
jangle::link!(mails, shop_contract, shop_stock, orders = "shop-orders");
jangle::link!(mails = "shop-mails");

type Outbox = Mutex<Vec<String>>;

async fn shop() -> Jangle {
    Jangle::builder().store(MemoryStore::new()).state(Outbox::default()).start().await.unwrap()
}

#[tokio::test]
async fn all_crates_contribute_to_the_model() {
    let app = shop().await;
    let model = app.model();
    let packages: BTreeSet<_> = model
        .events()
        .iter()
        .map(|event| event.meta)
        .chain(model.aggregates().map(|aggregate| aggregate.meta))
        .chain(model.handlers().map(|handler| handler.meta))
        .map(|meta| meta.package)
        .collect();
    assert!(packages.into_iter().eq(["shop-contract", "shop-mails", "shop-orders", "shop-stock"]));
    let decided: Vec<_> = model.commands().map(|command| (command.name(), command.aggregate())).collect();
    assert_eq!(decided, [("shop.place_order", "order"), ("Deliver", "shelf")]);
    let unhandled: Vec<_> = model.unhandled_commands().map(|meta| meta.kind).collect();
    assert_eq!(unhandled, ["Archive", "CancelOrder"], "a crate that is shared may hold more than one program needs");
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_command_of_one_crate_is_decided_in_another_and_followed_in_a_third() {
    let app = shop().await;
    let receipt = app.send(PlaceOrder { order: "o1".into(), pieces: 7 }).await.unwrap();
    assert_eq!(app.query(PiecesOf("o1".into())).after(&receipt).await.unwrap(), 7);
    let refused = app.send(PlaceOrder { order: "o1".into(), pieces: 4 }).await;
    assert!(matches!(refused, Err(SendError::Refused(why)) if why == "10 pieces at most"));
    app.settle(Duration::from_secs(10)).await.unwrap();
    assert_eq!(*app.state::<Outbox>().lock().unwrap(), ["o1: 7 pieces"]);
    assert_eq!(app.send(Deliver { shelf: 3, pieces: 12 }).await.unwrap().reply, 12);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn items_of_other_crates_are_named_where_the_crates_let_them() {
    let builder = Jangle::builder().with::<orders::Order>().with::<orders::Demand>().with::<orders::count>();
    let app = builder.with::<orders::pieces_of>().store(MemoryStore::new()).start().await.unwrap();
    let receipt = app.send(PlaceOrder { order: "o2".into(), pieces: 1 }).await.unwrap();
    assert_eq!(app.query(PiecesOf("o2".into())).after(&receipt).await.unwrap(), 1);
    assert_eq!(app.model().handlers().count(), 1, "nothing of `mails`, which is linked all the same");
    app.shutdown().await.unwrap();
}
