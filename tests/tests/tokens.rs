//! Tokens of receipts, and what a query waits for.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{AskError, JangleBuilder, Token, TokenError, prelude::*};
use jangle_tests::{on_every_store, stores::Reopen};
use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};
use tokio::sync::Semaphore;

/// What is sent.
mod domain {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub(crate) struct Add {
        #[aggregate_id]
        pub(crate) counter: String,
        pub(crate) by: i64,
    }

    /// Accepted without an event.
    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub(crate) struct Look {
        #[aggregate_id]
        pub(crate) counter: String,
    }

    /// Its event has no handler.
    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    pub(crate) struct Wave {
        #[aggregate_id]
        pub(crate) counter: String,
    }

    #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    #[event(name = "tokens.added")]
    pub(crate) struct Added {
        pub(crate) by: i64,
    }

    #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    #[event(name = "tokens.waved")]
    pub(crate) struct Waved;

    #[derive(Debug, Default)]
    pub(crate) struct Counter;

    #[aggregate(name = "counter")]
    impl Counter {
        #[validate_command]
        fn add(&self, command: Add) -> Added {
            Added { by: command.by }
        }

        #[validate_command]
        fn look(&self, _command: Look) {}

        #[validate_command]
        fn wave(&self, _command: Wave) -> Waved {
            Waved
        }

        #[reconstitute]
        fn added(&mut self, _event: &Added) {}

        #[reconstitute]
        fn waved(&mut self, _event: &Waved) {}
    }
}

/// A view, and a query that reads it.
mod sums {
    use super::{domain::Added, *};
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Clone, PartialEq, View)]
    #[view(name = "sums")]
    pub(crate) struct Total {
        #[key]
        counter: String,
        #[merge(sum)]
        pub(crate) total: i64,
    }

    /// Thirteen cannot be added.
    #[event_handler(retry(attempts = 1))]
    async fn add_up(event: Recorded<Added>, totals: Merge<Total>) -> Result<(), HandlerError> {
        if event.by == 13 {
            return Err(HandlerError::msg("not thirteen"));
        }
        totals.merge(Total::at(event.aggregate_id()).total(event.by)).await?;
        Ok(())
    }

    #[derive(Debug, Clone, Serialize, Deserialize, Query)]
    #[query(response = Option<i64>)]
    pub(crate) struct TotalOf(pub(crate) String);

    #[query_handler]
    async fn total_of(query: TotalOf, totals: View<Total>) -> Result<Option<i64>, QueryError> {
        Ok(totals.get(&query.0).await?.map(|row| row.total))
    }
}

/// A state that a reaction fills, and a query that reads it.
mod board {
    use super::{domain::Added, *};
    use serde::{Deserialize, Serialize};

    #[derive(Debug)]
    pub(crate) struct Board {
        pub(crate) gate: Semaphore,
        pub(crate) sum: AtomicI64,
    }

    #[event_handler]
    async fn chalk_up(event: Recorded<Added>, board: State<Board>) -> Result<(), HandlerError> {
        board.gate.acquire().await?.forget();
        board.sum.fetch_add(event.by, Ordering::SeqCst);
        Ok(())
    }

    #[derive(Debug, Clone, Serialize, Deserialize, Query)]
    #[query(response = i64)]
    pub(crate) struct OnTheBoard;

    #[query_handler]
    async fn on_the_board(_query: OnTheBoard, board: State<Board>) -> Result<i64, QueryError> {
        Ok(board.sum.load(Ordering::SeqCst))
    }
}

/// A query that takes neither a view nor a state.
mod echo {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Clone, Serialize, Deserialize, Query)]
    #[query(response = String)]
    pub(crate) struct Echo(pub(crate) String);

    #[query_handler]
    async fn echo(query: Echo) -> Result<String, QueryError> {
        Ok(query.0)
    }
}

use board::{Board, OnTheBoard};
use domain::{Add, Look, Wave};
use echo::Echo;
use sums::TotalOf;

/// Longer than anything takes, and shorter than anything.
const LONG: Duration = Duration::from_secs(60);
const NO_TIME: Duration = Duration::ZERO;

fn builder(modules: &[&str]) -> JangleBuilder {
    let board = Board { gate: Semaphore::new(0), sum: AtomicI64::new(0) };
    let builder = Jangle::builder().only("tokens::domain").state(board).query_timeout(LONG);
    modules.iter().fold(builder, |builder, module| builder.only(format!("tokens::{module}")))
}

fn add(by: i64) -> Add {
    Add { counter: "ann".into(), by }
}

fn total() -> TotalOf {
    TotalOf("ann".into())
}

/// The text of a token goes elsewhere and comes back.
fn sent(token: Token) -> Token {
    token.to_string().parse().unwrap()
}

async fn a_token_is_accepted_by_another_process_on_the_same_store(stores: impl Reopen) {
    let store = stores.open().await;
    let reader = builder(&["sums"]).store(store.clone()).start().await.unwrap();
    let writer = builder(&[]).store(store).start().await.unwrap();
    for (by, expected) in [(4, 4), (5, 9)] {
        let token = sent(writer.send(add(by)).await.unwrap().token());
        assert_eq!(reader.query(total()).after(&token).await.unwrap(), Some(expected));
    }
}

async fn a_token_of_another_store_is_an_error_that_says_so(stores: impl Reopen) {
    let (here, elsewhere) = (stores.open().await, MemoryStore::new());
    let here = builder(&["sums", "echo"]).store(here).start().await.unwrap();
    let elsewhere = builder(&[]).store(elsewhere).start().await.unwrap();
    here.send(add(1)).await.unwrap();
    let other_event = elsewhere.send(add(1)).await.unwrap().token();
    let no_event = elsewhere.send(add(1)).await.unwrap().token();
    let without_events = elsewhere.send(Look { counter: "ann".into() }).await.unwrap().token();
    for (token, missing) in [(other_event, false), (no_event, true), (without_events, true)] {
        let error = here.query(total()).after(&token).await.unwrap_err();
        assert!(matches!(error, AskError::ForeignToken { is_missing, .. } if is_missing == missing), "{error:?}");
        assert!(error.to_string().starts_with("the token belongs to another store"), "{error}");
        assert!(here.query(Echo("x".into())).after(&token).await.is_err());
    }
}

#[test]
fn text_that_is_no_token_is_an_error_that_says_so() {
    let error = "' OR 1=1 --".parse::<Token>().unwrap_err();
    assert_eq!(error, TokenError::Malformed);
    assert!(error.to_string().starts_with("this is not the token of a receipt"), "{error}");
}

async fn the_token_of_a_repeat_is_that_of_the_first_receipt_also_after_a_restart(stores: impl Reopen) {
    let (with_events, without) = (CommandId::new(), CommandId::new());
    let app = builder(&["sums"]).store(stores.open().await).start().await.unwrap();
    app.send(add(1)).await.unwrap();
    let look = || Look { counter: "ann".into() };
    let first = app.send(add(2)).id(with_events).await.unwrap().token();
    let looked = app.send(look()).id(without).await.unwrap().token();
    app.send(add(4)).await.unwrap();
    app.shutdown().await.unwrap();
    let app = builder(&["sums"]).store(stores.open().await).start().await.unwrap();
    let again = app.send(add(2)).id(with_events).await.unwrap();
    assert!(again.repeated);
    assert_eq!((again.token(), app.send(look()).id(without).await.unwrap().token()), (first, looked));
    let answer = app.query(total()).after(&again.token()).await.unwrap().unwrap();
    assert!([3, 7].contains(&answer), "{answer}");
}

async fn the_token_of_a_command_without_events_stands_for_what_was_there(stores: impl Reopen) {
    let store = stores.open().await;
    let app = builder(&["sums"]).store(store.clone()).start().await.unwrap();
    let nothing = app.send(Look { counter: "ann".into() }).await.unwrap();
    assert_eq!(app.query(total()).after(&sent(nothing.token())).await.unwrap(), None);
    app.send(add(4)).await.unwrap();
    let looked = app.send(Look { counter: "bob".into() }).await.unwrap();
    assert_eq!(app.query(total()).after(&sent(looked.token())).await.unwrap(), Some(4));
}

async fn a_query_that_takes_a_state_waits_for_the_handlers_that_take_it(stores: impl Reopen) {
    let app = builder(&["board"]).store(stores.open().await).start().await.unwrap();
    let receipt = app.send(add(4)).await.unwrap();
    for behind in [
        app.query(OnTheBoard).after(&receipt).within(NO_TIME).await,
        app.query(OnTheBoard).after(&receipt.token()).within(NO_TIME).await,
    ] {
        let error = behind.unwrap_err();
        assert!(matches!(&error, AskError::Behind { handler, .. } if handler == "chalk_up"), "{error:?}");
        assert!(error.to_string().contains("`chalk_up`"), "{error}");
    }
    let later = app.send(Wave { counter: "ann".into() }).await.unwrap();
    let behind = app.query(OnTheBoard).after(&later).within(NO_TIME).await;
    assert!(matches!(behind, Err(AskError::Behind { .. })), "also for what was before an event that nobody handles");
    assert_eq!(app.query(OnTheBoard).within(NO_TIME).await.unwrap(), 0, "without `after` nothing is waited for");
    app.state::<Board>().gate.add_permits(1);
    assert_eq!(app.query(OnTheBoard).after(&receipt).await.unwrap(), 4);
}

async fn a_query_that_takes_neither_view_nor_state_waits_for_all_handlers_of_the_events(stores: impl Reopen) {
    let app = builder(&["sums", "board", "echo"]).store(stores.open().await).start().await.unwrap();
    let echo = || app.query(Echo("x".into()));
    let unhandled = app.send(Wave { counter: "ann".into() }).await.unwrap();
    let receipt = app.send(add(4)).await.unwrap();
    for behind in
        [echo().after(&receipt).within(NO_TIME).await, echo().after(&sent(receipt.token())).within(NO_TIME).await]
    {
        assert!(matches!(behind, Err(AskError::Behind { .. })), "{behind:?}");
    }
    assert_eq!(echo().after(&unhandled).within(NO_TIME).await.unwrap(), "x", "nobody handles this event");
    assert_eq!(echo().after(&unhandled.token()).within(NO_TIME).await.unwrap(), "x");
    let looked = app.send(Look { counter: "ann".into() }).await.unwrap().token();
    assert_eq!(echo().after(&looked).within(NO_TIME).await.unwrap(), "x", "nothing happened");
    app.state::<Board>().gate.add_permits(1);
    assert_eq!(echo().after(&receipt).await.unwrap(), "x");
    assert_eq!(app.query(TotalOf("ann".into())).within(NO_TIME).await.unwrap(), Some(4));
}

async fn a_query_waits_for_no_handler_that_its_answer_does_not_depend_on(stores: impl Reopen) {
    let app = builder(&["sums", "board"]).store(stores.open().await).start().await.unwrap();
    let receipt = app.send(add(4)).await.unwrap();
    // The board's handler stands at its gate.
    assert_eq!(app.query(total()).after(&receipt).await.unwrap(), Some(4));
}

async fn an_event_that_was_set_aside_at_or_below_the_receipt_is_an_error(stores: impl Reopen) {
    let app = builder(&["sums"]).store(stores.open().await).start().await.unwrap();
    let before = app.send(add(1)).await.unwrap();
    let aside = app.send(add(13)).await.unwrap();
    let later = app.send(Add { counter: "bob".into(), by: 1 }).await.unwrap();
    for receipt in [&aside, &later] {
        for answer in [app.query(total()).after(receipt).await, app.query(total()).after(&sent(receipt.token())).await]
        {
            let Err(AskError::SetAside { handler, position, .. }) = answer else { panic!("{answer:?}") };
            assert_eq!((&*handler, position), ("add_up", aside.position));
        }
    }
    assert_eq!(app.query(total()).after(&before).await.unwrap(), Some(1));
}

on_every_store!(
    a_token_is_accepted_by_another_process_on_the_same_store,
    a_token_of_another_store_is_an_error_that_says_so,
    the_token_of_a_repeat_is_that_of_the_first_receipt_also_after_a_restart,
    the_token_of_a_command_without_events_stands_for_what_was_there,
    a_query_that_takes_a_state_waits_for_the_handlers_that_take_it,
    a_query_that_takes_neither_view_nor_state_waits_for_all_handlers_of_the_events,
    a_query_waits_for_no_handler_that_its_answer_does_not_depend_on,
    an_event_that_was_set_aside_at_or_below_the_receipt_is_an_error,
);
