//! What stands around commands and queries: tokens, what must be new, a look at an
//! aggregate, interceptors.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

// ANCHOR: token_imports
use jangle::Token;
// ANCHOR_END: token_imports

// ANCHOR: imports
use jangle::{
    Interceptor,
    interceptor::{Call, CallOutcome, Next},
    prelude::*,
    store::BoxFuture,
};
// ANCHOR_END: imports

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Register {
    #[aggregate_id]
    user: String,
    mail: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "users.registered")]
struct Registered {
    mail: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "users.address_taken")]
struct AddressTaken {
    by: String,
}

#[derive(Debug, Default)]
struct Address;

#[aggregate]
impl Address {
    #[reconstitute]
    fn taken(&mut self, _: &AddressTaken) {}
}

#[derive(Debug, PartialEq, thiserror::Error)]
enum Refusal {
    #[error("somebody else has this address")]
    AddressTaken,
}

#[derive(Debug, Default)]
struct User {
    mail: String,
}

#[aggregate]
impl User {
    // ANCHOR: or_refuse
    #[validate_command]
    fn register(
        &self,
        command: Register,
    ) -> Result<(Registered, On<Address, AddressTaken, OrRefuse<Refusal>>), Refusal>
    {
        let taken = On::create(&command.mail, AddressTaken { by: command.user });
        Ok((Registered { mail: command.mail }, taken.or_refuse(Refusal::AddressTaken)))
    }
    // ANCHOR_END: or_refuse

    #[reconstitute]
    fn registered(&mut self, event: &Registered) {
        self.mail.clone_from(&event.mail);
    }
}

#[derive(Debug, View)]
#[allow(dead_code, reason = "its key is never read here")]
struct Members {
    #[key]
    mail: String,
    #[merge(latest)]
    user: Option<String>,
}

#[event_handler]
async fn list_members(
    event: Recorded<Registered>,
    members: Merge<Members>,
) -> Result<(), HandlerError> {
    members.merge(Members::at(&event.mail).user(event.aggregate_id())).await?;
    Ok(())
}

#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Option<String>)]
struct WhoHas {
    mail: String,
}

#[query_handler]
async fn who_has(
    query: WhoHas,
    members: View<Members>,
) -> Result<Option<String>, QueryError> {
    Ok(members.get(&query.mail).await?.and_then(|row| row.user))
}

fn register(user: &str) -> Register {
    Register { user: user.into(), mail: "a@example.org".into() }
}

fn who() -> WhoHas {
    WhoHas { mail: "a@example.org".into() }
}

#[tokio::test]
async fn what_exists_is_refused_with_ones_own_words()
-> Result<(), Box<dyn std::error::Error>> {
    let app = Jangle::builder().store(MemoryStore::new()).start().await?;
    app.send(register("ann")).await?;
    let refused = app.send(register("ben")).await;
    assert!(matches!(refused, Err(SendError::Refused(Refusal::AddressTaken))));
    Ok(())
}

#[tokio::test]
async fn an_aggregate_can_be_looked_at() -> Result<(), Box<dyn std::error::Error>> {
    let app = Jangle::builder().store(MemoryStore::new()).start().await?;
    app.send(register("ann")).await?;
    // ANCHOR: aggregate
    let user = app.aggregate::<User>("ann");
    assert_eq!(user.state().await?.mail, "a@example.org");
    assert_eq!(user.version().await?, 1);
    assert_eq!(user.history().await?[0].name(), "users.registered");
    // ANCHOR_END: aggregate
    Ok(())
}

#[tokio::test]
async fn a_token_stands_for_a_receipt_in_another_process()
-> Result<(), Box<dyn std::error::Error>> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("users.db");
    let one = Jangle::builder().store(SqliteStore::open(&file).await?).start().await?;
    // ANCHOR: token
    let text = one.send(register("ann")).await?.token().to_string();
    // ANCHOR_END: token
    one.shutdown().await?;

    let other =
        Jangle::builder().store(SqliteStore::open(&file).await?).start().await?;
    // ANCHOR: after_token
    let token: Token = text.parse()?;
    let user = other.query(who()).after(&token).await?;
    // ANCHOR_END: after_token
    assert_eq!(user.as_deref(), Some("ann"));
    other.shutdown().await?;
    Ok(())
}

// ANCHOR: interceptor
/// Lets nobody register but the front desk.
struct FrontDesk;

impl Interceptor for FrontDesk {
    fn around<'a>(
        &'a self,
        call: &'a mut Call,
        next: Next<'a>,
    ) -> BoxFuture<'a, CallOutcome> {
        Box::pin(async move {
            let is_at_the_desk = call.metadata("desk").is_some();
            match call.downcast_ref::<Register>() {
                Some(_) if !is_at_the_desk => {
                    CallOutcome::deny("ask at the front desk")
                }
                _ => next.run(call).await,
            }
        })
    }
}
// ANCHOR_END: interceptor

#[tokio::test]
async fn an_interceptor_denies_before_any_rule_runs()
-> Result<(), Box<dyn std::error::Error>> {
    let builder = Jangle::builder().store(MemoryStore::new()).interceptor(FrontDesk);
    let app = builder.start().await?;
    let denied = app.send(register("ann")).await;
    assert!(matches!(denied, Err(SendError::Denied { .. })));
    app.send(register("ann")).metadata("desk", "1").await?;
    // ANCHOR: query_metadata
    let user = app.query(who()).metadata("user", "ann").await?;
    // ANCHOR_END: query_metadata
    assert!(user.is_none_or(|user| user == "ann"));
    Ok(())
}
