//! What follows from events: projections, reactions, failures, and events whose type changed.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{AskError, prelude::*};
use serde::{Deserialize, Serialize};
use std::{
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// An order and its payment, as the chapter tells of them.
mod shop {
    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub struct PlaceOrder {
        #[aggregate_id]
        pub order: String,
        pub customer: String,
        pub cents: i64,
    }

    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub struct AddPoints {
        #[aggregate_id]
        pub customer: String,
        pub points: i64,
    }
    // ANCHOR: event
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Event)]
    #[event(name = "shop.order_placed", version = 1)]
    pub struct OrderPlaced {
        pub customer: String,
        pub cents: i64,
    }
    // ANCHOR_END: event
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Event)]
    #[event(name = "shop.points_added")]
    pub struct PointsAdded {
        pub points: i64,
    }

    #[derive(Debug, Default)]
    pub struct Order {
        placed: bool,
    }

    #[aggregate]
    impl Order {
        #[validate_command]
        fn place(&self, command: PlaceOrder) -> Option<OrderPlaced> {
            (!self.placed).then_some(OrderPlaced {
                customer: command.customer,
                cents: command.cents,
            })
        }

        #[reconstitute]
        fn placed(&mut self, _: &OrderPlaced) {
            self.placed = true;
        }
    }

    #[derive(Debug, Default)]
    pub struct Customer {
        points: i64,
    }

    #[aggregate]
    impl Customer {
        #[validate_command]
        fn add_points(&self, command: AddPoints) -> (PointsAdded, Reply<i64>) {
            (
                PointsAdded { points: command.points },
                Reply(self.points + command.points),
            )
        }

        #[reconstitute]
        fn points_added(&mut self, event: &PointsAdded) {
            self.points += event.points;
        }
    }
    // ANCHOR: projection
    #[derive(Debug, Clone, PartialEq, View)]
    pub struct Turnover {
        #[key]
        pub customer: String,
        #[merge(count)]
        pub orders: u64,
        #[merge(sum)]
        pub cents: i64,
    }

    #[event_handler]
    async fn count_turnover(
        event: Recorded<OrderPlaced>,
        turnover: Merge<Turnover>,
    ) -> Result<(), HandlerError> {
        turnover
            .merge(Turnover::at(&event.customer).orders().cents(event.cents))
            .await?;
        Ok(())
    }
    // ANCHOR_END: projection
    // ANCHOR: reaction
    /// Where confirmations go; what the application is started with.
    pub struct Mailer {
        pub sent: Mutex<Vec<String>>,
    }

    #[event_handler(retry(attempts = 8, first = "1s", factor = 3, max = "1h"))]
    async fn confirm(
        event: Recorded<OrderPlaced>,
        mailer: State<Mailer>,
    ) -> Result<(), HandlerError> {
        // The same each time: a server that knows such keys sends the mail once.
        let mail = format!("{} {}: thank you", event.id(), event.customer);
        mailer
            .sent
            .lock()
            .map_err(|_| HandlerError::msg("the mailer is broken"))?
            .push(mail);
        Ok(())
    }
    // ANCHOR_END: reaction
    // ANCHOR: sending
    #[event_handler]
    async fn reward(
        event: Recorded<OrderPlaced>,
        commands: Commands,
    ) -> Result<(), HandlerError> {
        let points = event.cents / 100;
        match commands
            .send(AddPoints { customer: event.customer.clone(), points })
            .await
        {
            // A refusal is an answer: trying again would not change it.
            Ok(_) | Err(SendError::Refused(_) | SendError::RefusedBefore { .. }) => {
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
    // ANCHOR_END: sending

    #[derive(Debug, Clone, Serialize, Deserialize, Query)]
    #[query(response = Option<Turnover>)]
    pub struct TurnoverOf {
        pub customer: String,
    }

    #[query_handler]
    async fn turnover_of(
        query: TurnoverOf,
        turnover: View<Turnover>,
    ) -> Result<Option<Turnover>, QueryError> {
        Ok(turnover.get(&query.customer).await?)
    }
}

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
mod set_aside {
    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub struct Ring(#[aggregate_id] pub String);

    #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    pub struct Rung;

    #[derive(Debug, Default)]
    pub struct Bell;

    #[aggregate]
    impl Bell {
        #[validate_command]
        fn ring(&self, _: Ring) -> Rung {
            Rung
        }

        #[reconstitute]
        fn rung(&mut self, _: &Rung) {}
    }

    #[derive(Debug, Default)]
    pub struct Answered(pub AtomicU32);
    // ANCHOR: failing
    #[event_handler(retry(attempts = 3, first = "1ms"))]
    async fn answer(
        event: Recorded<Rung>,
        answered: State<Answered>,
    ) -> Result<(), HandlerError> {
        if event.aggregate_id() == "broken" {
            return Err(HandlerError::msg("nobody is at home"));
        }
        answered.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
    // ANCHOR_END: failing

    #[derive(Debug, Clone, Serialize, Deserialize, Query)]
    #[query(response = u32)]
    pub struct HowMany;

    #[query_handler]
    async fn how_many(
        _: HowMany,
        answered: State<Answered>,
    ) -> Result<u32, QueryError> {
        Ok(answered.0.load(Ordering::SeqCst))
    }
}

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
mod before {
    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub struct Rename {
        #[aggregate_id]
        pub shop: String,
        pub name: String,
    }

    #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    #[event(name = "shop.renamed", version = 1)]
    pub struct Renamed {
        pub name: String,
    }

    #[derive(Debug, Default)]
    pub struct Shop;

    #[aggregate]
    impl Shop {
        #[validate_command]
        fn rename(&self, command: Rename) -> Renamed {
            Renamed { name: command.name }
        }

        #[reconstitute]
        fn renamed(&mut self, _: &Renamed) {}
    }
}

mod now {
    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub struct Describe(#[aggregate_id] pub String);
    // ANCHOR: changed
    #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    #[event(name = "shop.renamed", version = 2)]
    pub struct ShopRenamed {
        pub name: String,
        /// Since version 2. Events of version 1 have none.
        #[serde(default)]
        pub reason: Option<String>,
    }
    // ANCHOR_END: changed
    #[derive(Debug, Default)]
    pub struct Shop {
        name: String,
        reasons: u32,
    }

    #[aggregate]
    impl Shop {
        #[validate_command]
        fn describe(&self, _: Describe) -> Reply<(String, u32)> {
            Reply((self.name.clone(), self.reasons))
        }

        #[reconstitute]
        fn renamed(&mut self, event: &ShopRenamed) {
            self.name.clone_from(&event.name);
            self.reasons += u32::from(event.reason.is_some());
        }
    }
}

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
