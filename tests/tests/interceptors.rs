//! What stands around commands and queries.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    AskError, Interceptor, JangleBuilder, Token,
    interceptor::{Call, CallOutcome, Next},
    prelude::*,
    store::{BoxFuture, EventStore, Store},
};
use jangle_tests::{
    accounts::{self, AllBooks, Deposit, Deposited, GetBook, Trip, Withdraw, deposit, unique, validated, withdraw},
    faulty::Faulty,
    on_every_store,
    stores::Reopen,
    wrapped::Wrapped,
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// Writes down what passes.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn named(&self, name: &'static str) -> Named {
        Named { name, journal: self.clone() }
    }
}

/// Writes down when it is entered and left.
struct Named {
    name: &'static str,
    journal: Journal,
}

impl Interceptor for Named {
    fn around<'a>(&'a self, call: &'a mut Call, next: Next<'a>) -> BoxFuture<'a, CallOutcome> {
        Box::pin(async move {
            self.journal.note(format!("{} in", self.name));
            let outcome = next.run(call).await;
            self.journal.note(format!("{} out", self.name));
            outcome
        })
    }
}

/// An interceptor that is a function.
struct With<F>(F);

impl<F> Interceptor for With<F>
where
    F: for<'a> Fn(&'a mut Call, Next<'a>) -> BoxFuture<'a, CallOutcome> + Send + Sync + 'static,
{
    fn around<'a>(&'a self, call: &'a mut Call, next: Next<'a>) -> BoxFuture<'a, CallOutcome> {
        (self.0)(call, next)
    }
}

fn with<F>(around: F) -> With<F>
where
    F: for<'a> Fn(&'a mut Call, Next<'a>) -> BoxFuture<'a, CallOutcome> + Send + Sync + 'static,
{
    With(around)
}

/// Writes down what each call is and comes to.
fn audit(journal: &Journal) -> impl Interceptor + use<> {
    let journal = journal.clone();
    with(move |call, next| {
        let journal = journal.clone();
        Box::pin(async move {
            let kind = if call.is_command() { "command" } else { "query" };
            let aggregate = call.aggregate().map_or("-".to_owned(), ToString::to_string);
            let outcome = next.run(call).await;
            let came_to = match &outcome {
                CallOutcome::Accepted { version, events, repeated, .. } => {
                    let names: Vec<&str> = events.iter().map(|event| &*event.name).collect();
                    format!("accepted {version} {names:?} {repeated}")
                }
                CallOutcome::Refused { text, .. } => format!("refused {text}"),
                CallOutcome::Failed { text, .. } => format!("failed {text}"),
                CallOutcome::Answered => "answered".to_owned(),
                other => format!("{other:?}"),
            };
            journal.note(format!("{kind} {} {aggregate}: {came_to}", call.name()));
            outcome
        })
    })
}

fn builder(store: impl Store) -> JangleBuilder {
    Jangle::builder().store(store).only(accounts::PATH)
}

async fn several_run_in_the_order_given_the_first_outermost(stores: impl Reopen) {
    let journal = Journal::default();
    let builder = builder(stores.open().await).interceptor(journal.named("outer")).interceptor(journal.named("inner"));
    let app = builder.start().await.unwrap();
    app.send(deposit("ann", 1)).await.unwrap();
    assert_eq!(journal.lines(), ["outer in", "inner in", "inner out", "outer out"]);
    app.query(AllBooks).await.unwrap();
    assert_eq!(journal.lines(), ["outer in", "inner in", "inner out", "outer out"]);
}

async fn each_sees_what_is_asked_for_and_what_it_comes_to(stores: impl Reopen) {
    let journal = Journal::default();
    let app = builder(stores.open().await).interceptor(audit(&journal)).start().await.unwrap();
    let id = CommandId::new();
    let receipt = app.send(deposit("ann", 5)).id(id).await.unwrap();
    assert_eq!(receipt.reply, 5, "the caller gets the typed answer");
    assert!(app.send(deposit("ann", 5)).id(id).await.unwrap().repeated);
    let refused = app.send(withdraw("ann", 7)).await;
    assert!(matches!(refused, Err(SendError::Refused(accounts::Refusal::NotEnough { left: 5 }))));
    assert!(app.send(deposit("ann", 5)).expect_version(7).await.is_err());
    assert!(app.send(Trip { account: "ann".into() }).await.is_err());
    let book = app.query(GetBook { account: "ann".into() }).after(&receipt).await.unwrap();
    assert_eq!(book.unwrap().balance, 5);
    let elsewhere: Token = "j1.7.1.00000000000000000000000000000001".parse().unwrap();
    assert!(matches!(app.query(AllBooks).after(&elsewhere).await, Err(AskError::ForeignToken { .. })));
    assert_eq!(
        journal.lines(),
        [
            "command Deposit account `ann`: accepted 1 [\"accounts.deposited\"] false",
            "command Deposit account `ann`: accepted 1 [\"accounts.deposited\"] true",
            "command Withdraw account `ann`: refused only 5 is left",
            "command Deposit account `ann`: failed it is at version 1, and not at 7 as expected; read it again before sending again",
            "command Trip account `ann`: failed the validator of `Trip` panicked: tripped",
            "query GetBook -: answered",
            "query AllBooks -: failed the token belongs to another store: position 7 has no event here; ask the store whose receipt it is of",
        ]
    );
}

async fn a_command_that_is_denied_does_not_run_and_its_id_is_not_spent(stores: impl Reopen) {
    let ann = &*unique();
    let owners = with(|call, next| {
        let is_denied = call.downcast_ref::<Withdraw>().is_some_and(|it| call.metadata("user") != Some(&*it.account));
        match is_denied {
            true => Box::pin(async { CallOutcome::deny("not yours") }),
            false => next.run(call),
        }
    });
    let journal = Journal::default();
    let store = stores.open().await;
    let builder = builder(store.clone()).interceptor(audit(&journal)).interceptor(owners);
    let app = builder.interceptor(journal.named("inside")).start().await.unwrap();
    app.send(deposit(ann, 5)).await.unwrap();
    let (id, runs) = (CommandId::new(), validated(ann));
    journal.lines();
    let denied = app.send(withdraw(ann, 1)).id(id).metadata("user", "ben").await;
    assert!(matches!(&denied, Err(SendError::Denied { reason }) if reason == "not yours"), "{denied:?}");
    assert_eq!(denied.unwrap_err().to_string(), "denied: not yours");
    assert_eq!(
        journal.lines(),
        [format!("command Withdraw account `{ann}`: Denied {{ reason: \"not yours\" }}")],
        "those outside hear of it, and those inside do not"
    );
    assert_eq!((validated(ann), store.receipt(id).await.unwrap()), (runs, None));
    assert_eq!(app.send(withdraw(ann, 1)).id(id).metadata("user", ann).await.unwrap().reply, 4);
}

async fn a_query_that_is_denied_does_not_run(stores: impl Reopen) {
    let members = with(|call, next| match call.metadata("user") {
        None if !call.is_command() => Box::pin(async { CallOutcome::deny("who are you?") }),
        _ => next.run(call),
    });
    let app = builder(stores.open().await).interceptor(members).start().await.unwrap();
    let denied = app.query(AllBooks).await;
    assert!(matches!(denied, Err(AskError::Denied { reason }) if reason == "who are you?"));
    assert_eq!(app.query(AllBooks).metadata("user", "ann").await.unwrap(), []);
}

async fn what_an_interceptor_adds_to_the_metadata_is_stored_with_the_events(stores: impl Reopen) {
    let tenant = with(|call, next| {
        call.set_metadata("tenant", "blue");
        next.run(call)
    });
    let journal = Journal::default();
    let seen = {
        let journal = journal.clone();
        with(move |call, next| {
            let id = call.command_id().map(|id| id.to_string()).unwrap_or_default();
            journal.note(format!("{} {:?} {}", id, call.metadata("tenant"), call.is_dry_run()));
            next.run(call)
        })
    };
    let store = stores.open().await;
    let app = builder(store.clone()).interceptor(tenant).interceptor(seen).start().await.unwrap();
    app.send(deposit("ann", 1)).metadata("user", "cy").await.unwrap();
    let metadata = store.read_all(0, 10).await.unwrap().remove(0).metadata;
    assert_eq!((metadata.get("tenant"), metadata.get("user")), (Some("blue"), Some("cy")));
    let id = metadata.command_id.unwrap();
    assert_eq!(
        journal.lines(),
        [format!("{id} Some(\"blue\") false")],
        "an id that was made for it is the one it gets"
    );
    assert_eq!(store.receipt(id).await.unwrap().map(|receipt| receipt.command), Some("Deposit".into()));
    app.send(deposit("ann", 1)).dry_run().await.unwrap();
    assert!(journal.lines()[0].ends_with("true"));
}

mod following {
    use super::*;

    /// Passes on what ann gets, and asks before.
    #[event_handler(retry(attempts = 1))]
    async fn follow(event: Recorded<Deposited>, commands: Commands, queries: Queries) -> Result<(), HandlerError> {
        if event.aggregate_id() == "ann" {
            queries.query(AllBooks).await?;
            commands.send(deposit("bob", event.amount)).await?;
        }
        Ok(())
    }
}

async fn what_handlers_send_and_ask_passes_too_and_says_so(stores: impl Reopen) {
    let journal = Journal::default();
    let seen = {
        let journal = journal.clone();
        with(move |call, next| {
            journal.note(format!("{} {}", call.name(), call.is_from_handler()));
            next.run(call)
        })
    };
    let builder = builder(stores.open().await).only("interceptors::following").interceptor(seen);
    let app = builder.start().await.unwrap();
    app.send(deposit("ann", 1)).await.unwrap();
    app.settle(Duration::from_secs(60)).await.unwrap();
    assert_eq!(journal.lines(), ["Deposit false", "AllBooks true", "Deposit true"]);
}

async fn the_answer_is_the_true_one_whatever_an_interceptor_says_afterwards(stores: impl Reopen) {
    let liar = with(|call, next| {
        Box::pin(async move {
            next.run(call).await;
            assert!(call.downcast_ref::<Deposit>().is_none(), "it was taken");
            CallOutcome::deny("too late")
        })
    });
    let app = builder(stores.open().await).interceptor(liar).start().await.unwrap();
    assert_eq!(app.send(deposit("ann", 1)).await.unwrap().version, 1);
    assert!(app.query(AllBooks).await.is_ok());
}

async fn a_command_that_an_interceptor_gave_up_waiting_for_is_unknown(stores: impl Reopen) {
    // Drops what is inside once it waits for the store.
    let impatient = with(|call, next| {
        Box::pin(async move {
            let mut inside = next.run(call);
            let first = std::future::poll_fn(|cx| std::task::Poll::Ready(inside.as_mut().poll(cx))).await;
            match first {
                std::task::Poll::Ready(outcome) => outcome,
                std::task::Poll::Pending => CallOutcome::deny("too slow"),
            }
        })
    });
    let store = stores.open().await;
    let faulty = Faulty::new(store.clone());
    let app = builder(store.clone()).event_store(Wrapped(faulty.clone())).interceptor(impatient);
    let app = app.start().await.unwrap();
    faulty.hold();
    let id = CommandId::new();
    let sent = app.send(deposit("ann", 1)).id(id).await;
    assert!(matches!(sent, Err(SendError::Unknown { id: told, .. }) if told == id), "{sent:?}");
    faulty.let_go();
}

on_every_store!(
    several_run_in_the_order_given_the_first_outermost,
    each_sees_what_is_asked_for_and_what_it_comes_to,
    a_command_that_is_denied_does_not_run_and_its_id_is_not_spent,
    a_query_that_is_denied_does_not_run,
    what_an_interceptor_adds_to_the_metadata_is_stored_with_the_events,
    what_handlers_send_and_ask_passes_too_and_says_so,
    the_answer_is_the_true_one_whatever_an_interceptor_says_afterwards,
    a_command_that_an_interceptor_gave_up_waiting_for_is_unknown,
);
