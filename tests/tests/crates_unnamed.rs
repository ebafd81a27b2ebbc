//! Why there is `link!`: this program depends on the crate `mails` like that of `crates.rs`, and never names it.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::prelude::*;
use orders::PiecesOf;
use shop_contract::PlaceOrder;

#[tokio::test]
async fn a_crate_that_nothing_names_is_left_out_by_the_linker_with_its_handlers() {
    let app = Jangle::builder().store(MemoryStore::new()).start().await.unwrap();
    let model = app.model();
    assert!(model.handlers().map(|handler| handler.meta.name).eq(["demand"]));
    assert!(model.aggregates().map(|aggregate| aggregate.meta.package).eq(["shop-orders"]));
    let receipt = app.send(PlaceOrder { order: "o1".into(), pieces: 7 }).await.unwrap();
    assert_eq!(app.query(PiecesOf("o1".into())).after(&receipt).await.unwrap(), 7);
    app.shutdown().await.unwrap();
}
