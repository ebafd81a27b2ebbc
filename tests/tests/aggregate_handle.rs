//! Looking at one aggregate: `app.aggregate::<A>(id)`.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    AggregateError, EventId,
    prelude::*,
    store::{Append, EventStore, NewEvent, SnapshotStore, StreamId},
};
use jangle_tests::{
    accounts::{Account, Deposited, Withdrawn, deposit, give, start, unique, withdraw},
    faulty::start_faulty,
    on_every_store,
    stores::Reopen,
};

async fn its_state_version_and_history_are_those_of_the_events(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    let id = CommandId::new();
    app.send(deposit("ann", 10)).id(id).metadata("user", "cy").correlation("invoice 7").await.unwrap();
    let given = app.send(give("ann", "bob", 4)).await.unwrap();
    let ann = app.aggregate::<Account>("ann");
    let state = ann.state().await.unwrap();
    assert_eq!((state.balance, state.events, ann.version().await.unwrap()), (6, 2, 2));

    let history = ann.history().await.unwrap();
    let names: Vec<_> = history.iter().map(|event| (event.version(), event.name())).collect();
    assert_eq!(names, [(1, "accounts.deposited"), (2, "accounts.withdrawn")]);
    let (first, second) = (&history[0], &history[1]);
    assert_eq!((first.position(), first.schema_version(), first.occurred_at()), (1, 1, None));
    assert_eq!(first.metadata().get("user"), Some("cy"));
    assert_eq!(first.metadata().correlation.as_deref(), Some("invoice 7"));
    assert_eq!(first.metadata().command_id, Some(id));
    assert!(first.recorded_at() <= second.recorded_at());
    assert_eq!(second.id(), given.events[0].id);
    assert_eq!(first.payload().unwrap()["amount"], 10);
    assert_eq!(second.decode::<Withdrawn>().unwrap(), Withdrawn { amount: 4 });
    let other = second.decode::<Deposited>().unwrap_err();
    assert!(other.to_string().contains("`accounts.withdrawn`"), "{other}");

    assert_eq!(app.aggregate::<Account>("bob").state().await.unwrap().balance, 4);
}

async fn one_that_does_not_exist_is_new(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    let nobody = app.aggregate::<Account>("nobody");
    assert_eq!((nobody.state().await.unwrap().events, nobody.version().await.unwrap()), (0, 0));
    assert!(nobody.history().await.unwrap().is_empty());
}

async fn an_earlier_version_is_as_it_was(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    for _ in 0..12 {
        app.send(deposit("ann", 1)).await.unwrap();
    }
    for version in 0..=12 {
        let then = app.aggregate::<Account>("ann").at_version(version);
        assert_eq!(then.state().await.unwrap().balance, version as i64);
        assert_eq!((then.version().await.unwrap(), then.history().await.unwrap().len()), (version, version as usize));
    }
    let ahead = app.aggregate::<Account>("ann").at_version(13);
    let error = ahead.state().await.unwrap_err();
    assert!(matches!(error, AggregateError::NoVersion { version: 13, actual: 12, .. }), "{error:?}");
    assert_eq!(error.to_string(), "account `ann` has no version 13: it is at version 12");
}

/// More events than are read at a time.
async fn a_long_history_is_read_whole(stores: impl Reopen) {
    let store = stores.open().await;
    let event = || NewEvent {
        id: EventId::from_uuid(CommandId::new().as_uuid()),
        stream: StreamId::new("account", "ann"),
        must_be_new: false,
        name: "accounts.deposited".into(),
        schema_version: 1,
        payload: r#"{"amount":1}"#.into(),
        metadata: Metadata::default(),
        occurred_at: None,
    };
    let events = (0..2500).map(|_| event()).collect();
    let expected = (StreamId::new("account", "ann"), 0);
    let append = Append { expected, depends_on: vec![], events, receipt: None, recorded_at: Timestamp::default() };
    store.append(vec![append]).await.unwrap();
    let app = start(store.clone()).await;
    let ann = app.aggregate::<Account>("ann");
    assert_eq!((ann.state().await.unwrap().balance, ann.version().await.unwrap()), (2500, 2500));
    assert_eq!(ann.at_version(1500).history().await.unwrap().len(), 1500);
}

async fn what_is_not_committed_is_not_seen(stores: impl Reopen) {
    let (app, faulty) = start_faulty(stores.open().await).await;
    let ann = &*unique();
    app.send(deposit(ann, 1)).await.unwrap();
    let batches = faulty.arrived();
    faulty.hold();
    let sending = tokio::spawn(app.send(deposit(ann, 1)).into_future());
    faulty.until_arrived(batches + 1).await;
    assert_eq!(app.aggregate::<Account>(ann).version().await.unwrap(), 1);
    faulty.let_go();
    sending.await.unwrap().unwrap();
    assert_eq!(app.aggregate::<Account>(ann).state().await.unwrap().balance, 2);
}

async fn a_snapshot_is_not_believed(stores: impl Reopen) {
    let store = stores.open().await;
    let app = start(store.clone()).await;
    for _ in 0..10 {
        app.send(deposit("ann", 1)).await.unwrap();
    }
    app.shutdown().await.unwrap();
    let (store, stream) = (stores.open().await, StreamId::new("account", "ann"));
    let mut snapshot = store.load(stream.clone()).await.unwrap().expect("one was taken at version 10");
    let at = snapshot.state.iter().position(|byte| *byte == 10).unwrap();
    snapshot.state[at] = 99;
    store.discard(stream.clone()).await.unwrap();
    store.save(stream, snapshot).await.unwrap();
    let app = start(store.clone()).await;
    assert_eq!(app.aggregate::<Account>("ann").state().await.unwrap().balance, 10);
}

async fn an_error_names_the_aggregate_and_the_event_and_quotes_nothing(stores: impl Reopen) {
    let store = stores.open().await;
    for (name, payload) in [("accounts.deposited", r#"{"amount":"secret"}"#), ("accounts.frozen", "secret")] {
        let stream = StreamId::new("account", name);
        let event = NewEvent {
            id: EventId::from_uuid(CommandId::new().as_uuid()),
            stream: stream.clone(),
            must_be_new: true,
            name: name.into(),
            schema_version: 1,
            payload: payload.into(),
            metadata: Metadata::default(),
            occurred_at: None,
        };
        let (expected, recorded_at) = ((stream, 0), Timestamp::default());
        let append = Append { expected, depends_on: vec![], events: vec![event], receipt: None, recorded_at };
        store.append(vec![append]).await.unwrap();
    }
    let app = start(store.clone()).await;
    for name in ["accounts.deposited", "accounts.frozen"] {
        let error = app.aggregate::<Account>(name).state().await.unwrap_err();
        assert!(matches!(error, AggregateError::Rebuild { .. }), "{error:?}");
        let told = error.to_string();
        assert!(
            told.starts_with(&format!("account `{name}` cannot be rebuilt: the event `{name}` at version 1")),
            "{told}"
        );
        assert!(!told.contains("secret"), "{told}");
    }
    let frozen = app.aggregate::<Account>("accounts.frozen").history().await.unwrap();
    let told = frozen[0].payload().unwrap_err().to_string();
    assert!(told.starts_with("the payload of account `accounts.frozen` at version 1, position 2,"), "{told}");
    assert!(!told.contains("secret"), "{told}");
}

async fn a_refused_command_leaves_no_history(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    assert!(app.send(withdraw("ann", 1)).await.is_err());
    assert!(app.aggregate::<Account>("ann").history().await.unwrap().is_empty());
}

on_every_store!(
    its_state_version_and_history_are_those_of_the_events,
    one_that_does_not_exist_is_new,
    an_earlier_version_is_as_it_was,
    a_long_history_is_read_whole,
    what_is_not_committed_is_not_seen,
    a_snapshot_is_not_believed,
    an_error_names_the_aggregate_and_the_event_and_quotes_nothing,
    a_refused_command_leaves_no_history,
);
