//! What an interceptor denies is an answer, and no failure.

use super::support::json;
use jangle::{
    interceptor::{Call, CallOutcome, Interceptor, Next},
    prelude::*,
    store::BoxFuture,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Enter(#[aggregate_id] String);

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
struct Entered;

#[derive(Debug, Default)]
struct Vault;

#[aggregate]
impl Vault {
    #[validate_command]
    fn enter(&self, _: Enter) -> Entered {
        Entered
    }
    #[reconstitute]
    fn entered(&mut self, _: &Entered) {}
}

#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = bool)]
struct IsOpen;

#[query_handler]
async fn is_open(_: IsOpen) -> Result<bool, QueryError> {
    Ok(true)
}

struct Nobody;

impl Interceptor for Nobody {
    fn around<'a>(&'a self, _: &'a mut Call, _: Next<'a>) -> BoxFuture<'a, CallOutcome> {
        Box::pin(async { CallOutcome::deny("the vault is closed") })
    }
}

#[tokio::test]
async fn what_is_denied_has_an_outcome_of_its_own() {
    let (log, _guard) = json("off,jangle::command=debug,jangle::query=debug");
    let builder = Jangle::builder().store(MemoryStore::new()).only(module_path!()).environment_variables(false);
    let app = builder.interceptor(Nobody).start().await.unwrap();
    app.send(Enter("ann".into())).await.unwrap_err();
    app.query(IsOpen).await.unwrap_err();
    let outcomes: Vec<_> = log.lines().into_iter().map(|line| line["fields"]["outcome"].clone()).collect();
    assert_eq!(outcomes, [json!("denied"), json!("denied")]);
}
