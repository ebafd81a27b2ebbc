//! What a `main` prints that returns an error is what it says to users, and no dump of its fields.

use jangle::{
    AskError, JangleBuilder, SettleError, ShutdownError, StartError, StoreError, Token, TokenError, prelude::*,
};
use std::{error::Error, time::Duration};

/// That both are the same, as a program sees the error that its `main` returns.
fn is_told_in_words(error: impl Error) {
    let (said, printed) = (error.to_string(), format!("{error:?}"));
    assert_eq!(printed, said);
}

async fn not_started(builder: JangleBuilder) -> StartError {
    builder.store(MemoryStore::new()).environment_variables(false).start().await.expect_err("it is wrong")
}

#[tokio::test]
async fn why_an_application_does_not_start_is_printed_in_words() {
    let model = not_started(Jangle::builder().only("shop::empty")).await;
    let StartError::Model(mistakes) = &model else { panic!("the model is empty") };
    is_told_in_words(mistakes.clone());
    is_told_in_words(model);
    let settings = not_started(Jangle::builder().batch_size(0).lease(Duration::ZERO)).await;
    let StartError::Settings(wrong) = &settings else { panic!("two settings are wrong") };
    is_told_in_words(wrong.clone());
    is_told_in_words(settings);
    is_told_in_words(StartError::HandlersGone { handlers: vec!["totals".to_owned()] });
}

#[test]
fn what_ends_a_program_otherwise_is_printed_in_words() {
    let waited = Duration::from_secs(1);
    is_told_in_words(SettleError::TimedOut { waited, waiting: "handler `totals`".to_owned() });
    is_told_in_words(ShutdownError::TimedOut { waited });
    is_told_in_words(ShutdownError::Store(StoreError::Closed));
    is_told_in_words(AskError::Behind { handler: "totals".to_owned(), position: 7, waited });
    is_told_in_words("hello".parse::<Token>().expect_err("it is no token"));
    is_told_in_words(TokenError::OtherVersion);
}
