//! Handlers that change: their version, their name, their end. And a live stream.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::prelude::*;
use serde::{Deserialize, Serialize};

/// Bottles that are filled.
mod bottles {
    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub struct Fill(#[aggregate_id] pub String);

    #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    #[event(name = "bottles.filled")]
    pub struct Filled {
        pub litres: u32,
    }

    #[derive(Debug, Default)]
    pub struct Bottle;

    #[aggregate]
    impl Bottle {
        #[validate_command]
        fn fill(&self, _: Fill) -> Filled {
            Filled { litres: 2 }
        }

        #[reconstitute]
        fn filled(&mut self, _: &Filled) {}
    }

    #[derive(Debug, View)]
    #[allow(dead_code, reason = "its key is never read here")]
    pub struct Stock {
        #[key]
        pub kind: String,
        #[merge(sum)]
        pub litres: u32,
    }

    #[derive(Debug, Clone, Serialize, Deserialize, Query)]
    #[query(response = u32)]
    pub struct Litres;

    #[query_handler]
    async fn litres(_: Litres, stock: View<Stock>) -> Result<u32, QueryError> {
        Ok(stock.get("wine").await?.map_or(0, |row| row.litres))
    }
}

/// The program as it was: it forgot that a bottle may hold more than a litre.
mod before {
    use super::{bottles::*, *};

    #[event_handler(id = "count_wine")]
    async fn count(
        _: Recorded<Filled>,
        stock: Merge<Stock>,
    ) -> Result<(), HandlerError> {
        stock.merge(Stock::at("wine").litres(1)).await?;
        Ok(())
    }
}

/// The program as it is now.
mod now {
    use super::{bottles::*, *};

    // ANCHOR: version
    #[event_handler(id = "measure_wine", formerly = "count_wine", version = 2)]
    async fn measure(
        event: Recorded<Filled>,
        stock: Merge<Stock>,
    ) -> Result<(), HandlerError> {
        stock.merge(Stock::at("wine").litres(event.litres)).await?;
        Ok(())
    }
    // ANCHOR_END: version
}

#[tokio::test]
async fn a_new_version_of_a_handler_fills_its_views_anew()
-> Result<(), Box<dyn std::error::Error>> {
    use bottles::{Fill, Litres};
    let store = MemoryStore::new();
    let builder = Jangle::builder().only("changes::bottles").only("changes::before");
    let app = builder.store(store.clone()).start().await?;
    let receipt = app.send(Fill("1".into())).await?;
    assert_eq!(app.query(Litres).after(&receipt).await?, 1);
    app.shutdown().await?;

    let builder = Jangle::builder().only("changes::bottles").only("changes::now");
    // ANCHOR: retired
    let app = builder.store(store).retired("print_labels").lanes(4).start().await?;
    // ANCHOR_END: retired
    let receipt = app.send(Fill("2".into())).await?;
    assert_eq!(app.query(Litres).after(&receipt).await?, 4);
    app.shutdown().await?;
    Ok(())
}

#[tokio::test]
async fn a_subscription_gives_events_as_they_are_committed()
-> Result<(), Box<dyn std::error::Error>> {
    use bottles::{Fill, Filled};
    let builder = Jangle::builder().only("changes::bottles");
    let app = builder.store(MemoryStore::new()).start().await?;
    // ANCHOR: subscribe
    let mut filled = app.subscribe::<Filled>();
    app.send(Fill("3".into())).await?;
    if let Some(event) = filled.next().await {
        println!("bottle {} was filled", event?.aggregate_id());
    }
    // ANCHOR_END: subscribe
    Ok(())
}
