//! What stands between JSON and the store.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    AggregateError, AskError, JangleBuilder, Serializer, SerializerError,
    prelude::*,
    serializer::{Content, Part},
    store::{Answer, EventStore, ReceiptOutcome, SnapshotStore, Store, StreamId},
};
use jangle_tests::{
    accounts::{self, Account, Deposited, GetBook, deposit, give, withdraw},
    on_every_store,
    stores::Reopen,
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const LONG: Duration = Duration::from_secs(60);

/// Hides each text under the key of its aggregate: a toy of a cipher, whose keys can be destroyed.
#[derive(Clone, Default)]
struct Vault(Arc<Mutex<Lost>>);

#[derive(Default)]
struct Lost {
    /// Of these accounts nothing can be read any more.
    keys: Vec<String>,
    /// Nothing can be written any more.
    writes: bool,
    panics: bool,
}

impl Vault {
    fn lose_key(&self, account: &str) {
        self.0.lock().unwrap().keys.push(account.to_owned());
    }

    fn lose_writes(&self, writes: bool, panics: bool) {
        let mut lost = self.0.lock().unwrap();
        (lost.writes, lost.panics) = (writes, panics);
    }
}

/// Which aggregate and which part a text is of, as a cipher would authenticate it.
fn label(of: &Content<'_>) -> String {
    let part = match of.part() {
        Part::Event { name, schema_version, .. } => format!("{name} {schema_version}"),
        Part::Reply { command, .. } => format!("reply {command}"),
        Part::Refusal { command, .. } => format!("refusal {command}"),
        Part::Snapshot => "snapshot".to_owned(),
        _ => "other".to_owned(),
    };
    format!("{} {part}", of.stream())
}

fn turned(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_graphic() { char::from(33 + (c as u8 - 33 + 47) % 94) } else { c }).collect()
}

impl Serializer for Vault {
    fn write(&self, json: String, of: &Content<'_>) -> Result<String, SerializerError> {
        let (writes, panics) = {
            let lost = self.0.lock().unwrap();
            (lost.writes, lost.panics)
        };
        assert!(!panics, "the vault is on fire, with {json}");
        match writes {
            true => Err(SerializerError::new("the vault is shut")),
            false => Ok(format!("vault|{}|{}", label(of), turned(&json))),
        }
    }

    fn read(&self, stored: &str, of: &Content<'_>) -> Result<String, SerializerError> {
        if self.0.lock().unwrap().keys.iter().any(|key| key == of.stream().aggregate_id()) {
            return Err(SerializerError::new("its key was destroyed"));
        }
        match stored.strip_prefix("vault|").map(|rest| rest.split_once('|')) {
            // From the time before the vault.
            None => Ok(stored.to_owned()),
            Some(Some((written, text))) if written == label(of) => Ok(turned(text)),
            Some(_) => Err(SerializerError::new("it was written for something else")),
        }
    }
}

fn builder(store: impl Store) -> JangleBuilder {
    Jangle::builder().store(store).only(accounts::PATH).query_timeout(LONG)
}

async fn start(store: impl Store, vault: &Vault) -> Jangle {
    builder(store).serializer(vault.clone()).start().await.unwrap()
}

async fn payloads_are_stored_as_the_serializer_writes_them_and_read_everywhere(stores: impl Reopen) {
    let vault = Vault::default();
    let store = stores.open().await;
    let app = start(store.clone(), &vault).await;
    app.send(deposit("ann", 10)).await.unwrap();
    let given = app.send(give("ann", "bob", 4)).await.unwrap();
    for event in store.read_all(0, 10).await.unwrap() {
        let expected = format!("vault|{} {} 1|", event.stream, event.name);
        assert!(event.payload.starts_with(&expected), "{}", event.payload);
        assert!(!event.payload.contains("amount"), "{}", event.payload);
    }
    let book = |account: &str| app.query(GetBook { account: account.into() }).after(&given);
    assert_eq!(book("ann").await.unwrap().unwrap().balance, 6, "handlers read what comes through memory");
    let history = app.aggregate::<Account>("ann").history().await.unwrap();
    assert_eq!(history[0].decode::<Deposited>().unwrap(), Deposited { amount: 10 });
    assert_eq!(history[1].payload().unwrap()["amount"], 4);
    app.shutdown().await.unwrap();
    let app = start(stores.open().await, &vault).await;
    assert_eq!(app.send(withdraw("ann", 1)).await.unwrap().reply, 5, "aggregates are rebuilt");
    assert_eq!(app.aggregate::<Account>("bob").state().await.unwrap().balance, 4);
}

mod late {
    use super::*;

    #[derive(Debug, Clone, PartialEq, View)]
    #[view(name = "late")]
    pub(crate) struct Late {
        #[key]
        account: String,
        #[merge(sum)]
        pub(crate) amount: i64,
    }

    #[event_handler(retry(attempts = 1))]
    async fn arrive(event: Recorded<Deposited>, late: Merge<Late>) -> Result<(), HandlerError> {
        late.merge(Late::at(event.aggregate_id()).amount(event.amount)).await?;
        Ok(())
    }

    #[derive(Debug, Clone, serde::Serialize, serde::Deserialize, Query)]
    #[query(response = Option<i64>)]
    pub(crate) struct GetLate(pub(crate) String);

    #[query_handler]
    async fn get_late(query: GetLate, late: View<Late>) -> Result<Option<i64>, QueryError> {
        Ok(late.get(&query.0).await?.map(|row| row.amount))
    }
}

async fn a_handler_that_comes_later_reads_what_is_stored(stores: impl Reopen) {
    let vault = Vault::default();
    let app = start(stores.open().await, &vault).await;
    app.send(deposit("ann", 10)).await.unwrap();
    app.shutdown().await.unwrap();
    let builder = builder(stores.open().await).only("serializer::late").serializer(vault);
    let app = builder.start().await.unwrap();
    let receipt = app.send(deposit("ann", 5)).await.unwrap();
    assert_eq!(app.query(late::GetLate("ann".into())).after(&receipt).await.unwrap(), Some(15));
}

async fn an_event_that_cannot_be_read_holds_up_nothing_but_its_aggregate(stores: impl Reopen) {
    let vault = Vault::default();
    let app = start(stores.open().await, &vault).await;
    app.send(deposit("ann", 10)).await.unwrap();
    app.send(deposit("bob", 10)).await.unwrap();
    app.shutdown().await.unwrap();
    vault.lose_key("ann");
    let builder = builder(stores.open().await).only("serializer::late").serializer(vault);
    let app = builder.start().await.unwrap();

    let error = app.send(deposit("ann", 1)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "account `ann` cannot be rebuilt: the serializer cannot read the event `accounts.deposited` at version 1, \
         position 1: its key was destroyed"
    );
    let error = app.aggregate::<Account>("ann").state().await.unwrap_err();
    assert!(matches!(error, AggregateError::Rebuild { .. }), "{error:?}");
    let receipt = app.send(deposit("bob", 5)).await.unwrap();
    let answer = app.query(late::GetLate("bob".into())).after(&receipt).await;
    let Err(AskError::SetAside { handler, position: 1, error }) = answer else { panic!("{answer:?}") };
    assert_eq!(handler, "arrive");
    assert_eq!(error, "the serializer cannot read the event `accounts.deposited` at position 1: its key was destroyed");
    app.settle(LONG).await.unwrap();
    assert_eq!(app.query(late::GetLate("bob".into())).await.unwrap(), Some(15));
}

async fn what_cannot_be_written_is_an_error_and_nothing_is_stored(stores: impl Reopen) {
    let vault = Vault::default();
    let store = stores.open().await;
    let app = start(store.clone(), &vault).await;
    app.send(deposit("ann", 1)).await.unwrap();
    for (panics, told) in [(false, "the vault is shut"), (true, "the serializer panicked")] {
        vault.lose_writes(true, panics);
        let error = app.send(deposit("ann", 424_242)).await.unwrap_err();
        assert!(matches!(error, SendError::Serializer { .. }), "{error:?}");
        assert!(error.to_string().contains(told) && !error.to_string().contains("424242"), "{error}");
        vault.lose_writes(false, false);
        assert_eq!(app.send(withdraw("ann", 0)).await.unwrap().reply, 1, "the aggregate is as it was");
    }
    assert_eq!(app.aggregate::<Account>("ann").version().await.unwrap(), 3);
}

async fn replies_and_refusals_in_receipts_go_through_it(stores: impl Reopen) {
    let vault = Vault::default();
    let store = stores.open().await;
    let app = start(store.clone(), &vault).await;
    let (accepted, refused) = (CommandId::new(), CommandId::new());
    app.send(deposit("ann", 10)).id(accepted).await.unwrap();
    assert!(app.send(withdraw("ann", 77)).id(refused).await.is_err());
    let outcome = async |id| store.receipt(id).await.unwrap().unwrap().outcome;
    let ReceiptOutcome::Accepted { reply: Some(reply), .. } = outcome(accepted).await else { panic!() };
    assert!(reply.starts_with("vault|account `ann` reply Deposit|") && !reply.contains("10"), "{reply}");
    let Answer::Refused { text, .. } = outcome(refused).await else { panic!() };
    assert!(text.starts_with("vault|account `ann` refusal Withdraw|") && !text.contains("left"), "{text}");

    assert_eq!(app.send(deposit("ann", 10)).id(accepted).await.unwrap().reply, 10);
    let again = app.send(withdraw("ann", 77)).id(refused).await;
    assert!(matches!(again, Err(SendError::RefusedBefore { text }) if text == "only 10 is left"));
    vault.lose_key("ann");
    let told = app.send(deposit("ann", 10)).id(accepted).await.unwrap_err().to_string();
    assert!(told.contains(&format!("the reply of command {accepted}, which was accepted before")), "{told}");
}

async fn law_12_snapshots_go_through_it_and_one_that_cannot_be_read_is_made_again(stores: impl Reopen) {
    let vault = Vault::default();
    let stream = StreamId::new("account", "ann");
    let app = start(stores.open().await, &vault).await;
    for _ in 0..10 {
        app.send(deposit("ann", 1)).await.unwrap();
    }
    app.shutdown().await.unwrap();
    let store = stores.open().await;
    let snapshot = store.load(stream.clone()).await.unwrap().expect("one was taken at version 10");
    assert!(snapshot.state.starts_with(b"vault|account `ann` snapshot|"));

    // The balance of 10 in MessagePack becomes 99, which shows that the snapshot is used.
    let text = String::from_utf8(snapshot.state.clone()).unwrap();
    let hex = turned(text.rsplit_once("snapshot|").unwrap().1);
    let other = hex.replacen("a762616c616e63650a", "a762616c616e636563", 1);
    assert_ne!(other, hex, "{hex}");
    for (state, balance) in [
        (format!("vault|account `ann` snapshot|{}", turned(&other)).into_bytes(), 100),
        (b"vault|account `bob` snapshot|".to_vec(), 12),
        (b"\xff\xfe".to_vec(), 13),
    ] {
        let store = stores.open().await;
        store.discard(stream.clone()).await.unwrap();
        store.save(stream.clone(), jangle::store::Snapshot { state, ..snapshot.clone() }).await.unwrap();
        let app = start(store, &vault).await;
        assert_eq!(app.send(deposit("ann", 1)).await.unwrap().reply, balance);
        app.shutdown().await.unwrap();
    }
}

async fn what_was_stored_before_there_was_a_serializer_is_handed_to_it(stores: impl Reopen) {
    let app = builder(stores.open().await).start().await.unwrap();
    for _ in 0..11 {
        app.send(deposit("ann", 1)).await.unwrap();
    }
    app.shutdown().await.unwrap();
    let app = start(stores.open().await, &Vault::default()).await;
    assert_eq!(app.send(deposit("ann", 1)).await.unwrap().reply, 12);
    let store = stores.open().await;
    let payloads: Vec<String> = store.read_all(10, 10).await.unwrap().into_iter().map(|event| event.payload).collect();
    assert_eq!(payloads[0], r#"{"amount":1}"#);
    assert!(payloads[1].starts_with("vault|"));
}

async fn without_a_serializer_json_is_stored_as_it_is(stores: impl Reopen) {
    let store = stores.open().await;
    let app = builder(store.clone()).start().await.unwrap();
    app.send(deposit("ann", 7)).await.unwrap();
    assert_eq!(store.read_all(0, 1).await.unwrap()[0].payload, r#"{"amount":7}"#);
}

on_every_store!(
    payloads_are_stored_as_the_serializer_writes_them_and_read_everywhere,
    a_handler_that_comes_later_reads_what_is_stored,
    an_event_that_cannot_be_read_holds_up_nothing_but_its_aggregate,
    what_cannot_be_written_is_an_error_and_nothing_is_stored,
    replies_and_refusals_in_receipts_go_through_it,
    law_12_snapshots_go_through_it_and_one_that_cannot_be_read_is_made_again,
    what_was_stored_before_there_was_a_serializer_is_handed_to_it,
    without_a_serializer_json_is_stored_as_it_is,
);
