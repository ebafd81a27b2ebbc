//! Laws 1 to 4 for what must be unique across aggregates.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    StoreError,
    prelude::*,
    store::{EventStore, StreamId},
};
use jangle_tests::{
    faulty::{Fault, Faulty},
    on_every_store,
    stores::Reopen,
    wrapped::Wrapped,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Register {
    #[aggregate_id]
    user: String,
    email: String,
}

/// Takes both addresses, or none.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct RegisterTwo {
    #[aggregate_id]
    user: String,
    emails: [String; 2],
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "unique.registered")]
struct Registered;

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "unique.claimed")]
struct Claimed {
    by: String,
}

#[derive(Debug, PartialEq, thiserror::Error)]
enum Refusal {
    #[error("`{email}` has an account already")]
    EmailTaken { email: String },
    #[error("you are registered")]
    Registered,
}

#[derive(Debug, Default)]
struct Email;

#[aggregate(name = "email")]
impl Email {
    #[reconstitute]
    fn claimed(&mut self, _event: &Claimed) {}
}

#[derive(Debug, Default)]
struct User {
    is_registered: bool,
}

fn claim(email: &str, by: &str) -> On<Email, Claimed, OrRefuse<Refusal>> {
    let refusal = Refusal::EmailTaken { email: email.to_owned() };
    On::create(email, Claimed { by: by.to_owned() }).or_refuse(refusal)
}

#[aggregate(name = "user")]
impl User {
    #[validate_command]
    fn register(
        &self,
        command: Register,
    ) -> Result<(Registered, On<Email, Claimed, OrRefuse<Refusal>>, Reply<String>), Refusal> {
        match self.is_registered {
            true => Err(Refusal::Registered),
            false => Ok((Registered, claim(&command.email, &command.user), Reply(command.user))),
        }
    }

    #[validate_command]
    fn register_two(
        &self,
        command: RegisterTwo,
    ) -> Result<(Option<Registered>, Vec<On<Email, Claimed, OrRefuse<Refusal>>>), Refusal> {
        let claims = command.emails.iter().map(|email| claim(email, &command.user)).collect();
        Ok((Some(Registered), claims))
    }

    #[reconstitute]
    fn registered(&mut self, _event: &Registered) {
        self.is_registered = true;
    }
}

async fn start(store: impl jangle::store::Store) -> Jangle {
    Jangle::builder().store(store).only("commands_unique").start().await.unwrap()
}

fn register(user: &str, email: &str) -> Register {
    Register { user: user.into(), email: email.into() }
}

fn taken(email: &str) -> Refusal {
    Refusal::EmailTaken { email: email.into() }
}

async fn version(store: &impl EventStore, aggregate: &str, id: &str) -> usize {
    store.read_stream(StreamId::new(aggregate, id), 0, 100).await.unwrap().len()
}

async fn law_4_what_exists_already_refuses_the_command_with_its_own_refusal(stores: impl Reopen) {
    let store = stores.open().await;
    let app = start(store.clone()).await;
    assert_eq!(app.send(register("ann", "a@x")).await.unwrap().reply, "ann");
    let second = app.send(register("ben", "a@x")).await.unwrap_err();
    assert!(matches!(&second, SendError::Refused(refusal) if *refusal == taken("a@x")), "{second:?}");
    assert_eq!((version(&store, "user", "ben").await, version(&store, "email", "a@x").await), (0, 1));
    // Whoever was refused may go on, also in this process.
    assert_eq!(app.send(register("ben", "b@x")).await.unwrap().version, 1);
    assert!(matches!(app.send(register("ben", "c@x")).await, Err(SendError::Refused(Refusal::Registered))));
}

async fn law_4_an_id_that_was_refused_because_something_exists_is_spent(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    app.send(register("ann", "a@x")).await.unwrap();
    let id = CommandId::new();
    let first = app.send(register("ben", "a@x")).id(id).await;
    assert!(matches!(first, Err(SendError::Refused(refusal)) if refusal == taken("a@x")));
    app.shutdown().await.unwrap();
    let app = start(stores.open().await).await;
    match app.send(register("ben", "a@x")).id(id).await {
        Err(SendError::RefusedBefore { text }) => assert_eq!(text, "`a@x` has an account already"),
        other => panic!("{other:?}"),
    }
    assert!(matches!(app.send(register("ben", "b@x")).id(id).await, Err(SendError::IdReused { .. })));
}

async fn law_1_a_command_that_begins_several_streams_begins_all_or_none(stores: impl Reopen) {
    let store = stores.open().await;
    let app = start(store.clone()).await;
    app.send(register("ann", "a@x")).await.unwrap();
    let both =
        |first: &str, second: &str| app.send(RegisterTwo { user: "ben".into(), emails: [first.into(), second.into()] });
    let refused = both("b@x", "a@x").await;
    assert!(matches!(refused, Err(SendError::Refused(refusal)) if refusal == taken("a@x")));
    assert_eq!((version(&store, "user", "ben").await, version(&store, "email", "b@x").await), (0, 0));
    let twice = both("b@x", "b@x").await;
    assert!(matches!(twice, Err(SendError::Refused(refusal)) if refusal == taken("b@x")), "it exists after the first");
    assert_eq!(both("b@x", "c@x").await.unwrap().events.len(), 3);
}

async fn law_4_a_dry_run_is_refused_as_the_command_would_be(stores: impl Reopen) {
    let app = start(stores.open().await).await;
    app.send(register("ann", "a@x")).await.unwrap();
    let id = CommandId::new();
    let dry = app.send(register("ben", "a@x")).id(id).dry_run().await;
    assert!(matches!(dry, Err(SendError::Refused(refusal)) if refusal == taken("a@x")));
    assert!(app.send(register("ben", "b@x")).id(id).await.is_ok(), "a dry run spends no id");
}

async fn law_3_of_many_who_claim_one_thing_at_once_one_gets_it(stores: impl Reopen) {
    let store = stores.open().await;
    let (one, other) = (start(store.clone()).await, start(store.clone()).await);
    let claims = (0..40).map(|n| {
        let app = if n % 2 == 0 { one.clone() } else { other.clone() };
        let id = CommandId::new();
        tokio::spawn(async move { (n, id, app.send(register(&format!("user-{n}"), "a@x")).id(id).await) })
    });
    let mut accepted = 0;
    for claim in claims.collect::<Vec<_>>() {
        let (n, id, answer) = claim.await.unwrap();
        let again = one.send(register(&format!("user-{n}"), "a@x")).id(id).await;
        match answer {
            Ok(_) => {
                accepted += 1;
                assert!(again.unwrap().repeated);
            }
            Err(SendError::Refused(Refusal::EmailTaken { .. })) => {
                assert!(matches!(again, Err(SendError::RefusedBefore { .. })), "{again:?}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((accepted, version(&store, "email", "a@x").await), (1, 1));
}

/// The batch of the events is the first, that of the refusal the second.
async fn law_15_a_refusal_is_told_once_it_is_stored(stores: impl Reopen) {
    let store = stores.open().await;
    let faulty = Faulty::new(store.clone());
    let builder = Jangle::builder().store(store.clone()).event_store(Wrapped(faulty.clone())).only("commands_unique");
    let app = builder.start().await.unwrap();
    app.send(register("ann", "a@x")).await.unwrap();
    let id = CommandId::new();
    let send = || app.send(register("ben", "a@x")).id(id);
    faulty.plan([Fault::Passes, Fault::Fails(StoreError::Full { reason: "test".into() })]);
    let failed = send().await;
    assert!(matches!(failed, Err(SendError::Store(StoreError::Full { .. }))), "{failed:?}");
    assert_eq!(store.receipt(id).await.unwrap(), None);
    faulty.plan([Fault::Passes, Fault::StoredButUnknown]);
    let settled = send().await;
    assert!(matches!(settled, Err(SendError::RefusedBefore { .. } | SendError::Refused(_))), "{settled:?}");
    assert!(matches!(send().await, Err(SendError::RefusedBefore { .. })));
}

on_every_store!(
    law_4_what_exists_already_refuses_the_command_with_its_own_refusal,
    law_4_an_id_that_was_refused_because_something_exists_is_spent,
    law_1_a_command_that_begins_several_streams_begins_all_or_none,
    law_4_a_dry_run_is_refused_as_the_command_would_be,
    law_3_of_many_who_claim_one_thing_at_once_one_gets_it,
    law_15_a_refusal_is_told_once_it_is_stored,
);
