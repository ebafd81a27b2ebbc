//! Laws 1 to 4, 11 and 13 to 15: what a command comes to, whatever happens meanwhile.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    EventId,
    prelude::*,
    store::{Append, EventStore, NewEvent, StoreError, StreamId},
};
use jangle_tests::{
    accounts::{self, GetBook, OpenFor, Refusal, Touch, Trip, deposit, give, start, unique, validated, withdraw},
    faulty::{Fault, Faulty, start_faulty},
    on_every_store,
    stores::Reopen,
    wrapped::Wrapped,
};
use std::time::Duration;

async fn history(store: &impl EventStore, account: &str) -> Vec<(u64, String)> {
    let events = store.read_stream(StreamId::new("account", account), 0, 100_000).await.unwrap();
    events.into_iter().map(|event| (event.version, event.name.to_string())).collect()
}

/// Waits, without a clock, until validators have run `times` times.
async fn until_validated(account: &str, times: usize) {
    while validated(account) < times {
        tokio::task::yield_now().await;
    }
}

async fn law_1_events_of_one_command_are_stored_on_all_its_streams_or_on_none(stores: impl Reopen) {
    let store = stores.open().await;
    let app = start(store.clone()).await;
    app.send(deposit("ann", 10)).await.unwrap();
    let receipt = app.send(give("ann", "bob", 4)).await.unwrap();
    assert_eq!((receipt.version, receipt.events.len()), (2, 2));
    assert_eq!(receipt.events[1].stream, StreamId::new("account", "bob"));
    let refused = app.send(give("ann", "bob", 7)).await;
    assert!(matches!(refused, Err(SendError::Refused(Refusal::NotEnough { left: 6 }))));
    assert_eq!(history(&store, "ann").await.len(), 2);
    assert_eq!(history(&store, "bob").await, [(1, "accounts.deposited".to_owned())]);
}

async fn law_1_what_must_be_new_is_made_once_and_the_rest_of_its_command_with_it(stores: impl Reopen) {
    let store = stores.open().await;
    let app = start(store.clone()).await;
    let open = OpenFor { parent: "ann".into(), child: "cy".into() };
    app.send(open.clone()).await.unwrap();
    let again = app.send(open).await;
    assert!(matches!(again, Err(SendError::Exists { id, .. }) if id == "cy"));
    assert_eq!((history(&store, "ann").await.len(), history(&store, "cy").await.len()), (1, 1));
}

async fn law_2_a_repeat_gets_the_first_receipt_and_reply_also_after_a_restart(stores: impl Reopen) {
    let ann = &*unique();
    let store = stores.open().await;
    let app = start(store.clone()).await;
    let id = CommandId::new();
    let first = app.send(deposit(ann, 10)).id(id).await.unwrap();
    app.send(deposit(ann, 5)).await.unwrap();
    let runs = validated(ann);
    let second = app.send(deposit(ann, 10)).id(id).await.unwrap();
    assert_eq!(validated(ann), runs, "a repeat runs no validator");
    app.shutdown().await.unwrap();
    let store = stores.open().await;
    let app = start(store.clone()).await;
    let third = app.send(deposit(ann, 10)).id(id).await.unwrap();
    assert_eq!((first.reply, first.version, first.repeated), (10, 1, false));
    assert_eq!((&first, &first), (&second, &third));
    assert!(second.repeated && third.repeated);
    assert_eq!(history(&store, ann).await.len(), 2);
}

async fn law_2_an_id_belongs_to_one_command_aggregate_and_payload(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    let id = CommandId::new();
    app.send(deposit("ann", 10)).id(id).await.unwrap();
    let other_payload = app.send(deposit("ann", 11)).id(id).await;
    let other_aggregate = app.send(deposit("bob", 10)).id(id).await;
    assert!(matches!(other_payload, Err(SendError::IdReused { .. })));
    assert!(matches!(other_aggregate, Err(SendError::IdReused { .. })));
    assert!(matches!(app.send(withdraw("ann", 10)).id(id).await, Err(SendError::IdReused { .. })));
}

async fn law_2_the_id_is_looked_at_before_the_expected_version(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    let id = CommandId::new();
    let first = app.send(deposit("ann", 10)).id(id).expect_version(0).await.unwrap();
    let second = app.send(deposit("ann", 10)).id(id).expect_version(0).await.unwrap();
    assert_eq!(first, second);
}

async fn law_2_an_accepted_command_without_events_has_a_receipt_too(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    let (id, touch) = (CommandId::new(), Touch { account: "ann".into(), note: "x".into() });
    assert_eq!(app.send(touch.clone()).id(id).await.unwrap().reply, 0);
    app.send(deposit("ann", 3)).await.unwrap();
    assert_eq!(app.send(touch).id(id).await.unwrap().reply, 0, "the first reply");
    let other = Touch { account: "ann".into(), note: "y".into() };
    assert!(matches!(app.send(other).id(id).await, Err(SendError::IdReused { .. })));
}

async fn law_2_one_id_sent_by_many_at_once_takes_effect_once(stores: impl Reopen) {
    let store = stores.open().await;
    let app = start(store.clone()).await;
    let (id, ann) = (CommandId::new(), unique());
    let clients: Vec<_> = (0..64)
        .map(|_| {
            let (app, ann) = (app.clone(), ann.clone());
            tokio::spawn(async move { app.send(deposit(&ann, 10)).id(id).await.unwrap() })
        })
        .collect();
    let mut first = 0;
    for client in clients {
        let receipt = client.await.unwrap();
        assert_eq!((receipt.reply, receipt.version), (10, 1));
        first += usize::from(!receipt.repeated);
    }
    assert_eq!((first, history(&store, &ann).await.len()), (1, 1));
    assert_eq!(validated(&ann), 1, "a repeat runs no validator, also while the first is under way");
}

async fn law_3_commands_to_one_aggregate_are_decided_one_after_another(stores: impl Reopen) {
    let store = stores.open().await;
    let app = start(store.clone()).await;
    app.send(deposit("hot", 500)).await.unwrap();
    let clients: Vec<_> = (0..64)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move {
                let mut accepted = Vec::new();
                for _ in 0..10 {
                    match app.send(withdraw("hot", 1)).await {
                        Ok(receipt) => accepted.push((receipt.version, receipt.reply)),
                        Err(SendError::Refused(Refusal::NotEnough { left })) => assert_eq!(left, 0),
                        Err(other) => panic!("{other:?}"),
                    }
                }
                accepted
            })
        })
        .collect();
    let mut accepted = Vec::new();
    for client in clients {
        accepted.extend(client.await.unwrap());
    }
    accepted.sort_unstable();
    let expected: Vec<(u64, i64)> = (0..500).map(|n| (n as u64 + 2, 499 - n)).collect();
    assert_eq!(accepted, expected);
    let versions: Vec<u64> = history(&store, "hot").await.into_iter().map(|(version, _)| version).collect();
    assert_eq!(versions, (1..=501).collect::<Vec<_>>());
}

async fn law_3_what_was_decided_on_a_failed_append_is_decided_again(stores: impl Reopen) {
    let ann = &*unique();
    let (app, faulty) = start_faulty(stores.open().await).await;
    app.send(deposit(ann, 100)).await.unwrap();
    let batches = faulty.arrived();
    faulty.hold();
    faulty.plan([Fault::Fails(StoreError::Full { reason: "test".into() })]);
    let first = tokio::spawn({
        let (app, ann) = (app.clone(), ann.to_owned());
        async move { app.send(withdraw(&ann, 100)).await }
    });
    faulty.until_arrived(batches + 1).await;
    // Both are decided on the speculation that the 100 are gone: the one is refused, the other follows version 2.
    let refused = tokio::spawn({
        let (app, ann) = (app.clone(), ann.to_owned());
        async move { app.send(withdraw(&ann, 60)).await }
    });
    until_validated(ann, 3).await;
    let follows = tokio::spawn({
        let (app, ann) = (app.clone(), ann.to_owned());
        async move { app.send(deposit(&ann, 1)).await }
    });
    until_validated(ann, 4).await;
    faulty.let_go();
    assert!(matches!(first.await.unwrap(), Err(SendError::Store(StoreError::Full { .. }))));
    assert!(refused.await.unwrap().is_ok(), "the 100 were there after all");
    follows.await.unwrap().unwrap();
    assert!(validated(ann) >= 6);
    let book = app.query(GetBook { account: ann.into() }).after(&app.send(deposit(ann, 0)).await.unwrap()).await;
    assert_eq!(book.unwrap().unwrap().balance, 41);
}

/// Another process gives the stream the very version that a failed decision would have given it.
async fn law_3_what_was_decided_on_a_lost_version_is_not_stored_on_another_with_its_number(stores: impl Reopen) {
    for same_batch in [false, true] {
        let store = stores.open().await;
        let (app, faulty) = start_faulty(store.clone()).await;
        let rival = start(store.clone()).await;
        let ann = &*unique();
        app.send(deposit(ann, 100)).await.unwrap();
        let batches = faulty.arrived();
        faulty.hold();
        // Whatever is sent while this batch is held comes together in the next one.
        let ahead = app.send(deposit(&unique(), 1)).into_future();
        let first = app.send(withdraw(ann, 100)).into_future();
        let second = app.send(deposit(ann, 1)).into_future();
        let (ahead, first, second, ()) = match same_batch {
            true => {
                let ahead = tokio::spawn(ahead);
                faulty.until_arrived(batches + 1).await;
                let rest = async {
                    rival.send(deposit(ann, 5)).await.unwrap();
                    faulty.let_go();
                };
                let (first, second, ()) = tokio::join!(first, second, rest);
                (ahead.await.unwrap(), first, second, ())
            }
            false => {
                let first = tokio::spawn(first);
                faulty.until_arrived(batches + 1).await;
                let rest = async {
                    rival.send(deposit(ann, 5)).await.unwrap();
                    faulty.let_go();
                };
                let (second, ahead, ()) = tokio::join!(second, ahead, rest);
                (ahead, first.await.unwrap(), second, ())
            }
        };
        ahead.unwrap();
        let (first, second) = (first.unwrap(), second.unwrap());
        let replies = match first.version < second.version {
            true => [5, 6],
            false => [6, 106],
        };
        assert_eq!([first.reply, second.reply], replies, "in the same batch: {same_batch}");
    }
}

async fn law_3_a_stale_version_is_only_told_when_it_is_true(stores: impl Reopen) {
    let ann = &*unique();
    let (app, faulty) = start_faulty(stores.open().await).await;
    app.send(deposit(ann, 100)).await.unwrap();
    let batches = faulty.arrived();
    faulty.hold();
    faulty.plan([Fault::Fails(StoreError::Full { reason: "test".into() })]);
    let first = tokio::spawn({
        let (app, ann) = (app.clone(), ann.to_owned());
        async move { app.send(withdraw(&ann, 1)).await }
    });
    faulty.until_arrived(batches + 1).await;
    // Polled first, it is found stale on the speculation before the first command fails.
    let expecting = app.send(deposit(ann, 1)).expect_version(1).into_future();
    let (expecting, ()) = tokio::join!(expecting, async { faulty.let_go() });
    assert!(first.await.unwrap().is_err());
    assert_eq!(expecting.unwrap().version, 2, "the version was 1 after all");
    let stale = app.send(deposit(ann, 1)).expect_version(1).await;
    assert!(matches!(stale, Err(SendError::StaleVersion { expected: 1, actual: 2 })));
}

async fn law_3_another_process_is_noticed_and_its_conflicts_are_invisible(stores: impl Reopen) {
    let store = stores.open().await;
    let (one, other) = (start(store.clone()).await, start(store.clone()).await);
    let mut expected = 0;
    for round in 0..20 {
        let app = if round % 3 == 0 { &one } else { &other };
        expected += 1;
        let receipt = app.send(deposit("ann", 1)).await.unwrap();
        assert_eq!((receipt.reply, receipt.version), (expected, expected as u64));
    }
    let refused = one.send(withdraw("ann", 21)).await;
    assert!(matches!(refused, Err(SendError::Refused(Refusal::NotEnough { left: 20 }))));
}

async fn law_3_events_from_other_aggregates_are_seen_by_the_next_decision(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    app.send(deposit("ann", 100)).await.unwrap();
    app.send(deposit("bob", 0)).await.unwrap();
    let gifts = (0..50).map(|_| {
        let app = app.clone();
        tokio::spawn(async move {
            app.send(give("ann", "bob", 1)).await.unwrap();
            app.send(withdraw("bob", 1)).await.unwrap();
        })
    });
    for gift in gifts.collect::<Vec<_>>() {
        gift.await.unwrap();
    }
    assert_eq!(app.send(deposit("ann", 0)).await.unwrap().reply, 50);
    assert_eq!(app.send(deposit("bob", 0)).await.unwrap().reply, 0);
}

async fn law_4_a_refused_id_is_spent_and_a_repeat_runs_no_validator(stores: impl Reopen) {
    let ann = &*unique();
    let app = start(stores.open().await).await;
    let id = CommandId::new();
    assert!(matches!(app.send(withdraw(ann, 5)).id(id).await, Err(SendError::Refused(_))));
    app.send(deposit(ann, 10)).await.unwrap();
    let runs = validated(ann);
    match app.send(withdraw(ann, 5)).id(id).await {
        Err(SendError::RefusedBefore { text }) => assert_eq!(text, "only 0 is left"),
        other => panic!("{other:?}"),
    }
    assert_eq!(validated(ann), runs);
    assert!(matches!(app.send(withdraw(ann, 6)).id(id).await, Err(SendError::IdReused { .. })));
}

async fn law_4_a_dry_run_spends_and_stores_nothing(stores: impl Reopen) {
    let store = stores.open().await;
    let app = start(store.clone()).await;
    let id = CommandId::new();
    assert!(matches!(app.send(withdraw("ann", 5)).id(id).dry_run().await, Err(SendError::Refused(_))));
    let dry = app.send(deposit("ann", 5)).dry_run().await.unwrap();
    assert_eq!((dry.version, dry.events.len(), dry.reply), (0, 0, 5));
    app.send(deposit("ann", 5)).await.unwrap();
    assert!(app.send(withdraw("ann", 5)).id(id).await.is_ok());
    assert_eq!(history(&store, "ann").await.len(), 2);
}

async fn law_11_an_event_that_is_unknown_or_does_not_decode_is_named_and_not_quoted(stores: impl Reopen) {
    let store = stores.open().await;
    for (account, name, payload, told) in [
        (
            "ann",
            "accounts.frozen",
            "{}",
            "`accounts.frozen` at version 1 is not known to this program; was it written by a newer one, or was its `name` changed?",
        ),
        ("bob", "accounts.deposited", r#"{"amount":"secret"}"#, "a value of another type at column"),
        ("cy", "accounts.deposited", "{}", "missing field `amount`"),
    ] {
        let stream = StreamId::new("account", account);
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
        let app = start(store.clone()).await;
        let error = app.send(deposit(account, 1)).await.unwrap_err();
        assert!(matches!(error, SendError::Rebuild { .. }), "{error:?}");
        assert!(error.to_string().contains(told) && !error.to_string().contains("secret"), "{error}");
    }
}

async fn law_13_senders_beyond_the_bound_wait_and_then_fail_clearly(stores: impl Reopen) {
    let store = stores.open().await;
    let faulty = Faulty::new(store.clone());
    let builder = Jangle::builder().store(store).event_store(Wrapped(faulty.clone())).only(accounts::PATH);
    let app = builder.commands_under_way(2).command_timeout(Duration::from_millis(50)).start().await.unwrap();
    faulty.hold();
    // Polled in this order, the first two are under way when the third comes.
    let (first, second, ()) =
        tokio::join!(app.send(deposit("a", 1)).into_future(), app.send(deposit("b", 1)).into_future(), async {
            let third = app.send(deposit("b", 1)).await;
            assert!(matches!(third, Err(SendError::Overloaded { limit: 2 })));
            faulty.let_go();
        });
    assert!(first.is_ok() && second.is_ok());
    app.send(deposit("b", 1)).await.unwrap();
}

async fn law_13_an_event_beyond_the_size_is_refused_before_anything_is_stored(stores: impl Reopen) {
    let store = stores.open().await;
    let builder = Jangle::builder().store(store.clone()).only(accounts::PATH).event_size(12);
    let app = builder.start().await.unwrap();
    let large = app.send(deposit("ann", 1_000_000_000)).await;
    assert!(matches!(large, Err(SendError::TooLarge { limit: 12, .. })));
    assert_eq!(history(&store, "ann").await, []);
}

async fn law_14_shutdown_finishes_what_is_under_way_and_refuses_the_rest(stores: impl Reopen) {
    let (app, faulty) = start_faulty(stores.open().await).await;
    let batches = faulty.arrived();
    faulty.hold();
    let under_way = tokio::spawn({
        let app = app.clone();
        async move { app.send(deposit("ann", 1)).await }
    });
    faulty.until_arrived(batches + 1).await;
    let (shutdown, ()) = tokio::join!(app.shutdown(), async {
        assert!(matches!(app.send(deposit("bob", 1)).await, Err(SendError::ShuttingDown)));
        faulty.let_go();
    });
    shutdown.unwrap();
    assert_eq!(under_way.await.unwrap().unwrap().version, 1);
    assert!(matches!(app.send(deposit("bob", 1)).await, Err(SendError::ShuttingDown)));
}

async fn law_15_an_unknown_commit_is_settled_by_the_id_and_takes_effect_once(stores: impl Reopen) {
    let store = stores.open().await;
    let (app, faulty) = start_faulty(store.clone()).await;
    faulty.plan([Fault::StoredButUnknown]);
    assert_eq!(app.send(deposit("ann", 1)).await.unwrap().version, 1);
    faulty.plan([Fault::LostAndUnknown, Fault::LostAndUnknown]);
    assert_eq!(app.send(deposit("ann", 1)).await.unwrap().version, 2);
    assert_eq!(history(&store, "ann").await.len(), 2);
}

async fn law_15_what_stays_unknown_is_said_and_a_repeat_settles_it(stores: impl Reopen) {
    let store = stores.open().await;
    let (app, faulty) = start_faulty(store.clone()).await;
    let id = CommandId::new();
    faulty.plan(std::iter::once(Fault::StoredButUnknown).chain((0..50).map(|_| Fault::LostAndUnknown)));
    let unknown = app.send(deposit("ann", 1)).id(id).await;
    assert!(matches!(unknown, Err(SendError::Unknown { id: told, .. }) if told == id), "{unknown:?}");
    let (app, _) = start_faulty(store.clone()).await;
    let settled = app.send(deposit("ann", 1)).id(id).await.unwrap();
    assert_eq!((settled.version, settled.repeated), (1, true));
    assert_eq!(history(&store, "ann").await.len(), 1);
}

async fn a_panic_in_a_validator_is_an_error_and_the_aggregate_lives_on(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    app.send(deposit("ann", 1)).await.unwrap();
    let panicked = app.send(Trip { account: "ann".into() }).await;
    assert!(matches!(panicked, Err(SendError::Panicked { message, .. }) if message == "tripped"));
    assert_eq!(app.send(deposit("ann", 1)).await.unwrap().reply, 2);
}

async fn a_dropped_send_leaves_the_command_whole_or_undone(stores: impl Reopen) {
    let (app, faulty) = start_faulty(stores.open().await).await;
    let batches = faulty.arrived();
    faulty.hold();
    let dropped = tokio::spawn({
        let app = app.clone();
        async move { app.send(deposit("ann", 1)).await }
    });
    faulty.until_arrived(batches + 1).await;
    dropped.abort();
    let _ = dropped.await;
    faulty.let_go();
    assert_eq!(app.send(deposit("ann", 1)).await.unwrap().version, 2);
}

on_every_store!(
    law_1_events_of_one_command_are_stored_on_all_its_streams_or_on_none,
    law_1_what_must_be_new_is_made_once_and_the_rest_of_its_command_with_it,
    law_2_a_repeat_gets_the_first_receipt_and_reply_also_after_a_restart,
    law_2_an_id_belongs_to_one_command_aggregate_and_payload,
    law_2_the_id_is_looked_at_before_the_expected_version,
    law_2_an_accepted_command_without_events_has_a_receipt_too,
    law_2_one_id_sent_by_many_at_once_takes_effect_once,
    law_3_commands_to_one_aggregate_are_decided_one_after_another,
    law_3_what_was_decided_on_a_failed_append_is_decided_again,
    law_3_what_was_decided_on_a_lost_version_is_not_stored_on_another_with_its_number,
    law_3_a_stale_version_is_only_told_when_it_is_true,
    law_3_another_process_is_noticed_and_its_conflicts_are_invisible,
    law_3_events_from_other_aggregates_are_seen_by_the_next_decision,
    law_4_a_refused_id_is_spent_and_a_repeat_runs_no_validator,
    law_4_a_dry_run_spends_and_stores_nothing,
    law_11_an_event_that_is_unknown_or_does_not_decode_is_named_and_not_quoted,
    law_13_senders_beyond_the_bound_wait_and_then_fail_clearly,
    law_13_an_event_beyond_the_size_is_refused_before_anything_is_stored,
    law_14_shutdown_finishes_what_is_under_way_and_refuses_the_rest,
    law_15_an_unknown_commit_is_settled_by_the_id_and_takes_effect_once,
    law_15_what_stays_unknown_is_said_and_a_repeat_settles_it,
    a_panic_in_a_validator_is_an_error_and_the_aggregate_lives_on,
    a_dropped_send_leaves_the_command_whole_or_undone,
);
