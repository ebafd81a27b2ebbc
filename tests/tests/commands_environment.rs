//! Where ids and times come from.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    Environment, EventId,
    prelude::*,
    store::{EventStore, StoredEvent, StreamId, partition_of},
};
use jangle_tests::{
    accounts::{self, Deposited, deposit, give},
    on_every_store,
    stores::Reopen,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};
use uuid::Uuid;

/// A clock that a test sets, and ids that it foresees.
#[derive(Clone, Default)]
struct Fixed(Arc<Inner>);

#[derive(Default)]
struct Inner {
    now: AtomicI64,
    ids: AtomicU64,
}

impl Environment for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.now.load(Ordering::SeqCst))
    }

    fn new_id(&self) -> Uuid {
        id(self.0.ids.fetch_add(1, Ordering::SeqCst))
    }
}

fn id(number: u64) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(number))
}

/// One on which nobody else asks for ids.
async fn started(store: impl jangle::store::Store, environment: &Fixed, modules: &[&str]) -> Jangle {
    let builder = Jangle::builder().store(store).environment(environment.clone()).only(accounts::PATH);
    let builder = modules.iter().fold(builder, |builder, module| builder.only(*module));
    let app = builder.start().await.unwrap();
    environment.0.ids.store(100, Ordering::SeqCst);
    app
}

fn noon() -> Timestamp {
    "1996-07-28T12:00:00Z".parse().unwrap()
}

fn stored(account: &str, version: u64, position: u64, name: &str, payload: &str) -> StoredEvent {
    let stream = StreamId::new("account", account);
    StoredEvent {
        id: EventId::from_uuid(id(0)),
        partition: partition_of(&stream),
        stream,
        version,
        position,
        name: name.into(),
        schema_version: 1,
        payload: payload.into(),
        metadata: Metadata::default(),
        recorded_at: noon(),
        occurred_at: None,
    }
}

fn caused(correlation: &str, command: Uuid) -> Metadata {
    let mut metadata = Metadata::default();
    metadata.correlation = Some(correlation.to_owned());
    metadata.command_id = Some(CommandId::from_uuid(command));
    metadata
}

async fn ev1_ev2_ev3_every_id_and_time_comes_from_the_environment(stores: impl Reopen) {
    let (store, environment) = (stores.open().await, Fixed::default());
    let app = started(store.clone(), &environment, &[]).await;
    environment.0.now.store(noon().as_micros(), Ordering::SeqCst);
    app.send(deposit("ann", 10)).await.unwrap();
    let later = noon().after(Duration::from_micros(1));
    environment.0.now.store(later.as_micros(), Ordering::SeqCst);
    let own = CommandId::derived("line", "1");
    let at = "1996-07-01T00:00:00Z".parse().unwrap();
    app.send(give("ann", "bob", 4))
        .id(own)
        .correlation("invoice 7")
        .metadata("user", "cy")
        .occurred_at(at)
        .await
        .unwrap();

    // A command without an id gets one, and each event one of its own.
    let first = StoredEvent {
        id: EventId::from_uuid(id(101)),
        metadata: caused(&id(100).to_string(), id(100)),
        ..stored("ann", 1, 1, "accounts.deposited", r#"{"amount":10}"#)
    };
    let mut metadata = caused("invoice 7", own.as_uuid());
    metadata.user.insert("user".to_owned(), "cy".to_owned());
    let given = |id, event| StoredEvent {
        id: EventId::from_uuid(id),
        metadata: metadata.clone(),
        recorded_at: later,
        occurred_at: Some(at),
        ..event
    };
    let second = given(id(102), stored("ann", 2, 2, "accounts.withdrawn", r#"{"amount":4}"#));
    let third = given(id(103), stored("bob", 1, 3, "accounts.deposited", r#"{"amount":4}"#));
    assert_eq!(store.read_all(0, 10).await.unwrap(), [first, second, third]);
    assert!(store.receipt(CommandId::from_uuid(id(100))).await.unwrap().is_some());
}

mod following {
    use super::*;

    /// Passes on what ann gets, twice.
    #[event_handler(retry(attempts = 1))]
    async fn pass_on(event: Recorded<Deposited>, commands: Commands) -> Result<(), HandlerError> {
        if event.aggregate_id() == "ann" {
            commands.send(deposit("bob", event.amount)).await?;
            commands.send(deposit("bob", event.amount)).metadata("nth", "2").await?;
        }
        Ok(())
    }
}

async fn what_a_handler_sends_has_ids_that_derive_and_the_events_correlation_and_causation(stores: impl Reopen) {
    let here = followed(stores.open().await).await;
    let [ann, first, second] = &here[..] else { panic!("{here:?}") };
    for sent in [first, second] {
        assert_eq!(sent.metadata.correlation.as_deref(), Some("invoice 7"));
        assert_eq!(sent.metadata.causation, Some(ann.id));
        assert_eq!(sent.metadata.get("user"), None, "what the first sender attached is not passed on");
    }
    assert_eq!((ann.metadata.causation, second.metadata.get("nth")), (None, Some("2")));
    assert_ne!(first.metadata.command_id, second.metadata.command_id);
    assert_eq!(here, followed(MemoryStore::new()).await, "the ids follow from handler and event");
}

async fn followed(store: impl jangle::store::Store + Clone) -> Vec<StoredEvent> {
    let environment = Fixed::default();
    environment.0.now.store(noon().as_micros(), Ordering::SeqCst);
    let app = started(store.clone(), &environment, &["commands_environment::following"]).await;
    let sending = app.send(deposit("ann", 1)).correlation("invoice 7").metadata("user", "cy");
    sending.await.unwrap();
    app.settle(Duration::from_secs(60)).await.unwrap();
    let events = store.read_all(0, 10).await.unwrap();
    app.shutdown().await.unwrap();
    events
}

async fn the_context_of_a_decision_has_the_time_of_the_environment(stores: impl Reopen) {
    let environment = Fixed::default();
    let builder = Jangle::builder().store(stores.open().await).environment(environment.clone());
    let app = builder.only("commands_environment::clock").start().await.unwrap();
    environment.0.now.store(noon().as_micros(), Ordering::SeqCst);
    environment.0.ids.store(100, Ordering::SeqCst);
    let seen = app.send(clock::Ask { clock: "c".into() }).metadata("user", "ann").await.unwrap().reply;
    assert_eq!(seen, (noon().to_string(), id(100).to_string(), Some("ann".to_owned()), 0, 1));
}

mod clock {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub(crate) struct Ask {
        #[aggregate_id]
        pub(crate) clock: String,
    }

    #[derive(Debug, Default)]
    pub(crate) struct Clock;

    type Seen = (String, String, Option<String>, u64, u64);

    #[aggregate(name = "clock")]
    impl Clock {
        #[validate_command]
        fn ask(&self, _command: Ask, cx: &CommandContext) -> Reply<Seen> {
            let user = cx.metadata("user").map(str::to_owned);
            Reply((cx.received_at().to_string(), cx.command_id().to_string(), user, cx.version(), cx.next_version()))
        }
    }
}

on_every_store!(
    ev1_ev2_ev3_every_id_and_time_comes_from_the_environment,
    what_a_handler_sends_has_ids_that_derive_and_the_events_correlation_and_causation,
    the_context_of_a_decision_has_the_time_of_the_environment,
);
