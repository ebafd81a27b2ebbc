//! What users of the Python framework rely on, by the identifiers of its behaviours: commands (CM), aggregates (AG), the
//! handling of commands (CH) and events (EV).
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    Environment, StoreError,
    prelude::*,
    store::{EventStore, Store, StreamId},
};
use jangle_tests::{
    accounts::{self, Account, Deposited, Refusal, Touch, deposit, give, start, unique, validated, withdraw},
    faulty::{Fault, start_faulty},
    on_every_store,
    stores::{Disk, Reopen},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// A list of numbers: commands with many events, or with none.
mod lists {
    use super::*;

    /// Adds all numbers, and greets another list.
    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub(crate) struct AddAll {
        #[aggregate_id]
        pub(crate) list: u32,
        pub(crate) numbers: Vec<i64>,
    }

    /// Opens another list under an id that only the aggregate knows.
    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub(crate) struct OpenNext {
        #[aggregate_id]
        pub(crate) list: u32,
    }

    #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    #[event(name = "lists.added")]
    pub(crate) struct Added(pub(crate) i64);

    #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    #[event(name = "lists.opened")]
    pub(crate) struct Opened;

    #[derive(Debug, Default)]
    pub(crate) struct List {
        pub(crate) numbers: Vec<i64>,
        opened: u32,
    }

    #[aggregate(name = "list")]
    impl List {
        /// Replies what it knew of itself: the versions of its context, and how many numbers there were.
        #[validate_command]
        fn add_all(
            &self,
            command: AddAll,
            cx: &CommandContext,
        ) -> Result<(Vec<Added>, Reply<(u64, u64, usize)>), String> {
            let added: Vec<_> = command.numbers.into_iter().map(Added).collect();
            match added.iter().any(|number| number.0 < 0) {
                true => Err("a number is negative".to_owned()),
                false => Ok((added, Reply((cx.version(), cx.next_version(), self.numbers.len())))),
            }
        }

        #[validate_command]
        fn open_next(&self, _command: OpenNext) -> (On<Self, Opened>, On<List, Opened>) {
            let next = self.opened + 1;
            (On::create(next.to_string(), Opened), On::new("0", Opened))
        }

        #[reconstitute]
        fn added(&mut self, event: &Added) {
            assert_ne!(event.0, 13, "thirteen cannot be applied");
            self.numbers.push(event.0);
        }

        #[reconstitute]
        fn opened(&mut self, _event: &Opened) {
            self.opened += 1;
        }
    }
}

use lists::{AddAll, List, OpenNext};

async fn lists(store: impl Store) -> Jangle {
    Jangle::builder().store(store).only("commands_parity::lists").start().await.unwrap()
}

fn add(numbers: &[i64]) -> AddAll {
    AddAll { list: 7, numbers: numbers.to_vec() }
}

async fn cm1_a_command_goes_to_the_aggregate_that_its_id_field_names(stores: impl Reopen) {
    let app = lists(stores.open().await).await;
    let receipt = app.send(add(&[1])).await.unwrap();
    assert_eq!(receipt.events[0].stream, StreamId::new("list", "7"));
}

async fn cm2_cm3_an_answer_is_yes_or_no_with_what_the_validator_said_unchanged(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    let () = app.send(give("ann", "bob", 0)).await.unwrap().reply;
    assert_eq!(app.send(deposit("ann", 5)).await.unwrap().reply, 5);
    let refused = app.send(withdraw("ann", 6)).await;
    assert!(matches!(refused, Err(SendError::Refused(Refusal::NotEnough { left: 5 }))));
}

async fn cm4_cm5_cm9_a_validator_sees_the_next_version_and_events_are_numbered_from_it(stores: impl Reopen) {
    let app = lists(stores.open().await).await;
    let first = app.send(add(&[1, 2, 3])).await.unwrap();
    assert_eq!(first.reply, (0, 1, 0), "a blank aggregate, and its own events do not change it while it decides");
    let second = app.send(add(&[4, 5])).await.unwrap();
    assert_eq!((second.reply, second.version), ((3, 4, 3), 5));
    let versions: Vec<u64> = first.events.iter().chain(&second.events).map(|event| event.version).collect();
    assert_eq!(versions, [1, 2, 3, 4, 5]);
}

async fn cm6_a_command_may_succeed_with_no_events(stores: impl Reopen) {
    let store = stores.open().await;
    let app = lists(store.clone()).await;
    let receipt = app.send(add(&[])).await.unwrap();
    assert_eq!((receipt.version, receipt.events.len(), store.head().await.unwrap()), (0, 0, 0));
}

async fn cm7_ch2_a_refused_command_leaves_nothing_behind_and_nothing_follows(stores: impl Reopen) {
    let store = stores.open().await;
    let app = start(store.clone()).await;
    let ann = &*unique();
    assert!(app.send(give(ann, "bob", 1)).await.is_err());
    assert!(lists(store.clone()).await.send(add(&[1, -1])).await.is_err(), "the first of them was good");
    app.settle(Duration::from_secs(60)).await.unwrap();
    assert_eq!(store.head().await.unwrap(), 0);
    assert!(app.query(accounts::AllBooks).await.unwrap().is_empty());
}

async fn cm8_an_event_goes_to_the_own_stream_or_to_the_one_that_it_names(stores: impl Reopen) {
    let app = lists(stores.open().await).await;
    let zero = |list| OpenNext { list };
    let receipt = app.send(zero(0)).await.unwrap();
    let streams: Vec<&str> = receipt.events.iter().map(|event| event.stream.aggregate_id()).collect();
    assert_eq!((streams, receipt.version), (vec!["1", "0"], 1), "an aggregate may name its own stream, too");
    let streams = app.send(zero(0)).await.unwrap().events;
    assert_eq!(streams[0].stream.aggregate_id(), "2");
}

async fn ag1_ag3_the_version_is_that_of_the_last_event_and_0_before_the_first(stores: impl Reopen) {
    let app = lists(stores.open().await).await;
    let list = app.aggregate::<List>("7");
    assert_eq!(list.version().await.unwrap(), 0);
    app.send(add(&[1, 2, 3])).await.unwrap();
    assert_eq!(list.version().await.unwrap(), 3);
}

async fn ag2_events_are_applied_in_the_order_of_their_versions(stores: impl Reopen) {
    let store = stores.open().await;
    let app = lists(store.clone()).await;
    for numbers in [&[3, 1][..], &[2], &[9, 0]] {
        app.send(add(numbers)).await.unwrap();
    }
    assert_eq!(app.aggregate::<List>("7").state().await.unwrap().numbers, [3, 1, 2, 9, 0]);
}

#[tokio::test]
async fn ag2_a_hole_in_the_versions_is_an_error_that_names_it() {
    let disk = Disk::new();
    let app = lists(disk.open().await).await;
    app.send(add(&[1, 2, 3])).await.unwrap();
    app.shutdown().await.unwrap();
    let connection = rusqlite::Connection::open(disk.path()).unwrap();
    assert_eq!(connection.execute("DELETE FROM jangle_events WHERE version = 2", []).unwrap(), 1);
    drop(connection);
    let app = lists(disk.open().await).await;
    let error = app.send(add(&[4])).await.unwrap_err();
    assert!(matches!(error, SendError::Rebuild { .. }), "{error:?}");
    assert_eq!(error.to_string(), "list `7` cannot be rebuilt: its events have a hole: version 3 follows 1");
}

async fn ag5_a_failing_reconstitutor_is_an_error_with_its_cause(stores: impl Reopen) {
    let store = stores.open().await;
    let app = lists(store.clone()).await;
    app.send(add(&[1])).await.unwrap();
    let error = app.send(add(&[2, 13])).await.unwrap_err();
    assert!(matches!(error, SendError::Rebuild { .. }), "{error:?}");
    assert!(error.to_string().contains("thirteen cannot be applied"), "{error}");
    assert_eq!(store.head().await.unwrap(), 1, "what could not be applied is not stored");
    assert_eq!(app.send(add(&[2])).await.unwrap().reply, (1, 2, 1), "and the aggregate is as it was");
}

async fn ag7_an_aggregate_brings_all_its_commands(stores: impl Reopen) {
    let app = lists(stores.open().await).await;
    let commands: Vec<_> = app.model().commands().map(|command| (command.name(), command.aggregate())).collect();
    assert_eq!(commands, [("AddAll", "list"), ("OpenNext", "list")]);
}

/// The original makes three attempts to commit; here the second is decided on the first, and there is no conflict.
async fn ch5_two_equal_commands_with_a_slow_commit_both_finish_in_two_commits(stores: impl Reopen) {
    let (app, faulty) = start_faulty(stores.open().await).await;
    let ann = &*unique();
    app.send(deposit(ann, 1)).await.unwrap();
    let batches = faulty.arrived();
    faulty.hold();
    let first = tokio::spawn(app.send(deposit(ann, 1)).into_future());
    faulty.until_arrived(batches + 1).await;
    let second = tokio::spawn(app.send(deposit(ann, 1)).into_future());
    while validated(ann) < 3 {
        tokio::task::yield_now().await;
    }
    faulty.let_go();
    let (first, second) = (first.await.unwrap().unwrap(), second.await.unwrap().unwrap());
    assert_eq!((first.version, second.version, second.reply), (2, 3, 3));
    assert_eq!((faulty.arrived() - batches, validated(ann)), (2, 3), "two commits, and no decision was repeated");
}

async fn ch4_ch6_one_conflict_on_the_second_of_two_commands_makes_three_commits(stores: impl Reopen) {
    let (app, faulty) = start_faulty(stores.open().await).await;
    let ann = &*unique();
    let batches = faulty.arrived();
    app.send(deposit(ann, 1)).await.unwrap();
    faulty.plan([Fault::Outrun]);
    let second = app.send(deposit(ann, 2)).await.unwrap();
    assert_eq!((second.version, second.reply), (3, 5), "decided again, on what the rival stored");
    assert_eq!((faulty.arrived() - batches, validated(ann)), (3, 3));
}

async fn ch7_a_command_that_fails_is_a_typed_error_and_nothing_is_written(stores: impl Reopen) {
    let store = stores.open().await;
    let (app, faulty) = start_faulty(store.clone()).await;
    faulty.plan([Fault::Fails(StoreError::ReadOnly { reason: "test".into() })]);
    let error = app.send(deposit("ann", 1)).await.unwrap_err();
    assert!(matches!(error, SendError::Store(StoreError::ReadOnly { .. })), "{error:?}");
    assert_eq!(store.head().await.unwrap(), 0);
}

/// The framework numbers events, so a validator cannot give one version twice; many events of one command, also to
/// streams that it names twice, never conflict with themselves.
async fn ch8_a_command_never_conflicts_with_itself(stores: impl Reopen) {
    let (app, faulty) = start_faulty(stores.open().await).await;
    let batches = faulty.arrived();
    let receipt = app.send(give("ann", "ann", 0)).await.unwrap();
    let versions: Vec<u64> = receipt.events.iter().map(|event| event.version).collect();
    assert_eq!((versions, receipt.version, faulty.arrived() - batches), (vec![1, 2], 2, 1));
    assert_eq!(app.send(deposit("ann", 1)).await.unwrap().version, 3, "and the cached state knows both");
}

/// Ids that repeat.
struct Stuck;

impl Environment for Stuck {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1)
    }

    fn new_id(&self) -> Uuid {
        Uuid::from_u128(7)
    }
}

/// Only the version of a stream can conflict. An id that an environment gives twice is not looked at.
async fn ch9_an_event_id_that_repeats_is_no_conflict(stores: impl Reopen) {
    let builder = Jangle::builder().store(stores.open().await).environment(Stuck).only("commands_parity::lists");
    let app = builder.command_timeout(Duration::ZERO).start().await.unwrap();
    for version in 1..=3 {
        // A second attempt would have no time.
        let receipt = app.send(add(&[1])).id(CommandId::new()).await.unwrap();
        assert_eq!((receipt.version, receipt.events[0].id.as_uuid()), (version, Stuck.new_id()));
    }
}

async fn ch11_ch12_events_are_handed_on_in_the_order_of_their_commit(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    for amount in [3, 1, 2] {
        app.send(deposit("ann", amount)).await.unwrap();
    }
    let touched = app.send(Touch { account: "ann".into(), note: "now".into() }).await.unwrap();
    let book = app.query(accounts::GetBook { account: "ann".into() }).after(&touched).await.unwrap().unwrap();
    assert_eq!((book.first, book.last, book.movements), (Some(3), Some(2), 3));
}

/// An event that writes itself in its own way, and fields whose names say nothing of their types.
mod shapes {
    use super::*;
    use serde::{Deserializer, Serializer};

    /// Hexadecimal digits in the store.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Colour(pub(crate) u32);

    impl Serialize for Colour {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(&format!("{:06x}", self.0))
        }
    }

    impl<'de> Deserialize<'de> for Colour {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let digits = String::deserialize(deserializer)?;
            u32::from_str_radix(&digits, 16).map(Self).map_err(serde::de::Error::custom)
        }
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Command)]
    pub(crate) struct Paint {
        #[aggregate_id]
        pub(crate) wall: String,
        pub(crate) painted: Painted,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Event)]
    #[event(name = "shapes.painted", version = 3)]
    pub(crate) struct Painted {
        pub(crate) colour: Colour,
        /// Text, whatever its name ends with.
        pub(crate) painted_at: String,
        pub(crate) dried_at: Timestamp,
        pub(crate) balance: String,
        pub(crate) amount: i128,
        pub(crate) coats: Option<Vec<(u8, char)>>,
    }

    #[derive(Debug, Default)]
    pub(crate) struct Wall(Option<Painted>);

    #[aggregate(name = "wall")]
    impl Wall {
        /// Replies what was there before.
        #[validate_command]
        fn paint(&self, command: Paint) -> (Painted, Reply<Option<Painted>>) {
            (command.painted, Reply(self.0.clone()))
        }

        #[reconstitute]
        fn painted(&mut self, event: &Painted) {
            self.0 = Some(event.clone());
        }
    }
}

async fn ev7_ev8_an_event_is_read_by_its_own_types_as_it_was_written(stores: impl Reopen) {
    let painted = shapes::Painted {
        colour: shapes::Colour(0x00ff7f),
        painted_at: "yesterday".to_owned(),
        dried_at: "1996-07-28T12:00:00.000001Z".parse().unwrap(),
        balance: "not a number".to_owned(),
        amount: i128::MIN,
        coats: Some(vec![(1, 'é'), (2, '"')]),
    };
    let paint = shapes::Paint { wall: "north".into(), painted: painted.clone() };
    let open = async || Jangle::builder().store(stores.open().await).only("commands_parity::shapes").start().await;
    let app = open().await.unwrap();
    app.send(paint.clone()).await.unwrap();
    app.shutdown().await.unwrap();
    let app = open().await.unwrap();
    assert_eq!(app.send(paint).await.unwrap().reply, Some(painted.clone()));
    let history = app.aggregate::<shapes::Wall>("north").history().await.unwrap();
    assert_eq!((history[0].schema_version(), history[0].payload().unwrap()["colour"].as_str()), (3, Some("00ff7f")));
    assert_eq!(history[0].decode::<shapes::Painted>().unwrap(), painted);
}

async fn ev4_events_are_stored_under_their_declared_names(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    app.send(deposit("ann", 1)).await.unwrap();
    assert_eq!(app.aggregate::<Account>("ann").history().await.unwrap()[0].name(), <Deposited as Event>::NAME);
}

on_every_store!(
    cm1_a_command_goes_to_the_aggregate_that_its_id_field_names,
    cm2_cm3_an_answer_is_yes_or_no_with_what_the_validator_said_unchanged,
    cm4_cm5_cm9_a_validator_sees_the_next_version_and_events_are_numbered_from_it,
    cm6_a_command_may_succeed_with_no_events,
    cm7_ch2_a_refused_command_leaves_nothing_behind_and_nothing_follows,
    cm8_an_event_goes_to_the_own_stream_or_to_the_one_that_it_names,
    ag1_ag3_the_version_is_that_of_the_last_event_and_0_before_the_first,
    ag2_events_are_applied_in_the_order_of_their_versions,
    ag5_a_failing_reconstitutor_is_an_error_with_its_cause,
    ag7_an_aggregate_brings_all_its_commands,
    ch5_two_equal_commands_with_a_slow_commit_both_finish_in_two_commits,
    ch4_ch6_one_conflict_on_the_second_of_two_commands_makes_three_commits,
    ch7_a_command_that_fails_is_a_typed_error_and_nothing_is_written,
    ch8_a_command_never_conflicts_with_itself,
    ch9_an_event_id_that_repeats_is_no_conflict,
    ch11_ch12_events_are_handed_on_in_the_order_of_their_commit,
    ev4_events_are_stored_under_their_declared_names,
    ev7_ev8_an_event_is_read_by_its_own_types_as_it_was_written,
);
