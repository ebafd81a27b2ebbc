//! Laws 1 to 4 and 12 to 15, where stores, rivals and callers misbehave.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    EventId, StartError,
    prelude::*,
    store::{Answer, Append, EventStore, NewEvent, NewReceipt, ReceiptOutcome, StoreError, StreamId},
};
use jangle_tests::{
    accounts::{self, OpenFor, deposit, start, unique, validated, withdraw},
    faulty::{Fault, start_faulty, start_faulty_with},
    on_every_store,
    stores::Reopen,
};
use std::time::Duration;

/// Amounts that no floating-point number and no 64 bits hold.
mod wide {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub(crate) struct Pay {
        #[aggregate_id]
        pub(crate) wallet: String,
        pub(crate) amount: u128,
    }

    #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    #[event(name = "wallets.paid")]
    pub(crate) struct Paid {
        amount: u128,
    }

    #[derive(Debug, Default, Serialize, Deserialize)]
    pub(crate) struct Wallet {
        amount: u128,
    }

    #[aggregate(name = "wallet")]
    impl Wallet {
        #[validate_command]
        fn pay(&self, command: Pay) -> Paid {
            Paid { amount: command.amount }
        }

        #[reconstitute]
        fn paid(&mut self, event: &Paid) {
            self.amount += event.amount;
        }
    }
}

async fn versions(store: &impl EventStore, account: &str) -> Vec<u64> {
    let events = store.read_stream(StreamId::new("account", account), 0, 100_000).await.unwrap();
    events.into_iter().map(|event| event.version).collect()
}

/// Waits, without a clock, until validators have run `times` times.
async fn until_validated(account: &str, times: usize) {
    while validated(account) < times {
        tokio::task::yield_now().await;
    }
}

async fn law_2_an_id_belongs_to_the_exact_number_however_wide(stores: impl Reopen) {
    let app = Jangle::builder().store(stores.open().await).only("commands_faults::wide").start().await.unwrap();
    let (id, amount) = (CommandId::new(), 10_u128.pow(30));
    let pay = |amount| app.send(wide::Pay { wallet: "ann".into(), amount }).id(id);
    pay(amount).await.unwrap();
    assert!(pay(amount).await.unwrap().repeated);
    let other = pay(amount + 1).await;
    assert!(matches!(other, Err(SendError::IdReused { .. })), "{other:?}");
}

async fn law_2_a_stored_reply_of_another_type_is_told(stores: impl Reopen) {
    let (first, second) = (MemoryStore::new(), stores.open().await);
    let id = CommandId::new();
    start(first.clone()).await.send(deposit("ann", 10)).id(id).await.unwrap();
    let receipt = first.receipt(id).await.unwrap().unwrap();
    let ReceiptOutcome::Accepted { .. } = receipt.outcome else { panic!("{receipt:?}") };
    let event = NewEvent {
        id: EventId::from_uuid(CommandId::new().as_uuid()),
        stream: receipt.stream.clone(),
        must_be_new: false,
        name: "accounts.deposited".into(),
        schema_version: 1,
        payload: r#"{"amount":10}"#.into(),
        metadata: Metadata::default(),
        occurred_at: None,
    };
    let outcome = Answer::Accepted { reply: Some(r#""ten""#.into()), stored: () };
    let (stream, hash) = (receipt.stream, receipt.hash);
    let append = Append {
        expected: (stream.clone(), 0),
        depends_on: vec![],
        events: vec![event],
        receipt: Some(NewReceipt { id, command: receipt.command, stream, hash, outcome }),
        recorded_at: Timestamp::default(),
    };
    second.append(vec![append]).await.unwrap();
    let app = start(second.clone()).await;
    let repeated = app.send(deposit("ann", 10)).id(id).await;
    assert!(matches!(repeated, Err(SendError::ReplyChanged { id: told, .. }) if told == id), "{repeated:?}");
    assert_eq!(versions(&second, "ann").await, [1]);
}

async fn law_3_whoever_always_loses_is_told_of_the_contention(stores: impl Reopen) {
    let store = stores.open().await;
    let (app, faulty) = start_faulty_with(store.clone(), |app| app.command_timeout(Duration::from_millis(50))).await;
    let id = CommandId::new();
    faulty.plan(std::iter::repeat_n(Fault::Outrun, 100_000));
    let sent = app.send(deposit("ann", 1)).id(id).await;
    assert!(matches!(&sent, Err(SendError::Contended { id, .. }) if id == "ann"), "{sent:?}");
    assert_eq!(store.receipt(id).await.unwrap(), None, "nothing happened");
    let rivals = versions(&store, "ann").await.len();
    let app = start(store.clone()).await;
    let receipt = app.send(deposit("ann", 1)).id(id).await.unwrap();
    assert_eq!((receipt.version, receipt.repeated), (rivals as u64 + 1, false));
}

async fn law_3_replies_are_right_while_most_aggregates_are_evicted(stores: impl Reopen) {
    let builder = Jangle::builder().store(stores.open().await).only(accounts::PATH).cached_aggregates(2);
    let app = builder.start().await.unwrap();
    let clients = (0..8).map(|client| {
        let app = app.clone();
        tokio::spawn(async move {
            let mut replies = Vec::new();
            for n in 0..200 {
                // Each client begins elsewhere, and meets the others on the way.
                let account = (client * 7 + n) % 50;
                let receipt = app.send(deposit(&format!("a{account}"), 1)).await.unwrap();
                assert_eq!(receipt.reply, receipt.version as i64);
                replies.push((account, receipt.version));
            }
            replies
        })
    });
    let mut replies = Vec::new();
    for client in clients.collect::<Vec<_>>() {
        replies.extend(client.await.unwrap());
    }
    replies.sort_unstable();
    let expected: Vec<(i32, u64)> = (0..50).flat_map(|account| (1..=32).map(move |n| (account, n))).collect();
    assert_eq!(replies, expected);
}

async fn law_4_a_dry_run_tells_that_what_must_be_new_exists(stores: impl Reopen) {
    let store = stores.open().await;
    let app = start(store.clone()).await;
    let open = |child: &str| app.send(OpenFor { parent: "ann".into(), child: child.into() });
    assert_eq!(open("cy").dry_run().await.unwrap().version, 0);
    open("cy").await.unwrap();
    let dry = open("cy").dry_run().await;
    assert!(matches!(&dry, Err(SendError::Exists { id, .. }) if id == "cy"), "{dry:?}");
    assert!(open("dee").dry_run().await.is_ok());
    assert_eq!((versions(&store, "ann").await.len(), versions(&store, "dee").await.len()), (1, 0));
}

async fn law_12_a_snapshot_of_another_history_is_rebuilt(stores: impl Reopen) {
    let (snapshots, history) = (stores.open().await, MemoryStore::new());
    let ann = &*unique();
    let app = Jangle::builder().store(MemoryStore::new()).snapshot_store(snapshots.clone()).only(accounts::PATH);
    let app = app.start().await.unwrap();
    for _ in 0..10 {
        app.send(deposit(ann, 1)).await.unwrap();
    }
    app.shutdown().await.unwrap();
    let app = start(history.clone()).await;
    for _ in 0..12 {
        app.send(deposit(ann, 100)).await.unwrap();
    }
    app.shutdown().await.unwrap();
    let app = Jangle::builder().store(history).snapshot_store(stores.open().await).only(accounts::PATH);
    let app = app.start().await.unwrap();
    assert_eq!(app.send(withdraw(ann, 1200)).await.unwrap().reply, 0);
}

async fn law_13_commands_whose_callers_are_gone_count_too(stores: impl Reopen) {
    let (app, faulty) = start_faulty_with(stores.open().await, |app| app.commands_under_way(2)).await;
    let ann = &*unique();
    let batches = faulty.arrived();
    faulty.hold();
    let send = || tokio::spawn(app.send(deposit(ann, 1)).into_future());
    // The one is at the store, the other on its way there.
    let at_the_store = send();
    faulty.until_arrived(batches + 1).await;
    let queued = send();
    until_validated(ann, 2).await;
    for sending in [at_the_store, queued] {
        sending.abort();
        assert!(sending.await.unwrap_err().is_cancelled());
    }
    let third = app.send(deposit(ann, 1)).await;
    assert!(matches!(third, Err(SendError::Overloaded { limit: 2 })), "{third:?}");
    assert_eq!(validated(ann), 2);
    faulty.let_go();
    assert!(app.send(deposit(ann, 1)).await.is_ok());
}

async fn law_13_a_bound_larger_than_can_be_kept_is_an_error_at_start(stores: impl Reopen) {
    let start = async |most| {
        let builder = Jangle::builder().store(stores.open().await).only(accounts::PATH);
        builder.commands_under_way(most).start().await
    };
    let started = start(usize::MAX).await;
    let Err(StartError::Settings(wrong)) = &started else { panic!("{started:?}") };
    assert!(wrong.iter().map(|wrong| wrong.setting).eq(["commands_under_way"]), "{started:?}");
    start(1 << 20).await.unwrap().send(deposit("ann", 1)).await.unwrap();
}

async fn law_13_metadata_beyond_its_size_is_refused_before_anything_is_stored(stores: impl Reopen) {
    let store = stores.open().await;
    let app = start(store.clone()).await;
    let note = |bytes| app.send(deposit("ann", 1)).metadata("note", "x".repeat(bytes));
    let large = note(16 << 10).await;
    assert!(matches!(large, Err(SendError::TooLarge { limit: 16_384, .. })), "{large:?}");
    assert!(versions(&store, "ann").await.is_empty());
    note(15 << 10).await.unwrap();
}

/// The answer to the whole batch is lost, after which each command is answered by its own receipt.
async fn law_15_an_unknown_batch_with_a_dependent_is_answered_truly(stores: impl Reopen) {
    let store = stores.open().await;
    let (app, faulty) = start_faulty(store.clone()).await;
    let (ann, ben) = (&*unique(), &*unique());
    app.send(deposit(ann, 100)).await.unwrap();
    let batches = faulty.arrived();
    faulty.hold();
    let ahead = tokio::spawn(app.send(deposit(ben, 1)).into_future());
    faulty.until_arrived(batches + 1).await;
    // These two come together in the next batch, and the second was decided on the first.
    let first = tokio::spawn(app.send(withdraw(ann, 50)).into_future());
    until_validated(ann, 2).await;
    let second = tokio::spawn(app.send(withdraw(ann, 50)).into_future());
    until_validated(ann, 3).await;
    faulty.plan([Fault::Fails(StoreError::Full { reason: "test".into() }), Fault::StoredButUnknown]);
    faulty.let_go();
    assert!(ahead.await.unwrap().is_err());
    let (first, second) = (first.await.unwrap().unwrap(), second.await.unwrap().unwrap());
    assert_eq!((first.version, first.reply, second.version, second.reply), (2, 50, 3, 0));
    assert_eq!(versions(&store, ann).await, [1, 2, 3]);
}

async fn law_15_a_store_that_panics_once_is_asked_again_and_serves_the_next(stores: impl Reopen) {
    let store = stores.open().await;
    let (app, faulty) = start_faulty(store.clone()).await;
    let id = CommandId::new();
    faulty.plan([Fault::Panics]);
    let first = app.send(deposit("ann", 1)).id(id).await;
    assert!(matches!(first, Ok(_) | Err(SendError::Unknown { .. })), "{first:?}");
    app.send(deposit("ann", 1)).await.unwrap();
    app.send(deposit("ann", 1)).id(id).await.unwrap();
    assert_eq!(versions(&store, "ann").await, [1, 2], "the id took effect once");
}

on_every_store!(
    law_2_an_id_belongs_to_the_exact_number_however_wide,
    law_2_a_stored_reply_of_another_type_is_told,
    law_3_whoever_always_loses_is_told_of_the_contention,
    law_3_replies_are_right_while_most_aggregates_are_evicted,
    law_4_a_dry_run_tells_that_what_must_be_new_exists,
    law_12_a_snapshot_of_another_history_is_rebuilt,
    law_13_commands_whose_callers_are_gone_count_too,
    law_13_a_bound_larger_than_can_be_kept_is_an_error_at_start,
    law_13_metadata_beyond_its_size_is_refused_before_anything_is_stored,
    law_15_an_unknown_batch_with_a_dependent_is_answered_truly,
    law_15_a_store_that_panics_once_is_asked_again_and_serves_the_next,
);
