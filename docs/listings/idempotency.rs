//! Sending twice is sending once.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

// ANCHOR: imports
use jangle::prelude::*;
use serde::{Deserialize, Serialize};
// ANCHOR_END: imports

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Pay {
    #[aggregate_id]
    invoice: String,
    cents: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "billing.paid")]
struct Paid {
    cents: i64,
}

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("only {open} cents are open")]
struct TooMuch {
    open: i64,
}

#[derive(Debug, Default)]
struct Invoice {
    paid: i64,
}

#[aggregate]
impl Invoice {
    #[validate_command]
    fn pay(&self, command: Pay) -> Result<(Paid, Reply<i64>), TooMuch> {
        let open = 10_000 - self.paid;
        if command.cents > open {
            return Err(TooMuch { open });
        }
        Ok((Paid { cents: command.cents }, Reply(open - command.cents)))
    }

    #[reconstitute]
    fn paid(&mut self, event: &Paid) {
        self.paid += event.cents;
    }
}

fn pay(cents: i64) -> Pay {
    Pay { invoice: "7".into(), cents }
}

async fn app() -> Jangle {
    Jangle::builder().store(MemoryStore::new()).start().await.unwrap()
}

// ANCHOR: header
/// The id of a request whose header `Idempotency-Key` the client chose. The scope keeps
/// its keys apart from those of other clients.
fn from_header(client: &str, key: &str) -> CommandId {
    CommandId::derived(&format!("client {client}"), key)
}
// ANCHOR_END: header

// ANCHOR: message
/// The id of a command that a message of a broker asks for.
fn from_message(queue: &str, message_id: &str) -> CommandId {
    CommandId::derived(&format!("queue {queue}"), message_id)
}
// ANCHOR_END: message

// ANCHOR: line
/// The id of a command that a line of a bank statement asks for.
fn from_line(transaction: u64) -> CommandId {
    CommandId::derived("bank statement", &transaction.to_string())
}
// ANCHOR_END: line

#[test]
fn ids_derive_from_what_names_the_request() {
    assert_eq!(from_header("web", "a1"), from_header("web", "a1"));
    assert_ne!(from_header("web", "a1"), from_header("app", "a1"));
    assert_ne!(from_message("web", "a1"), from_header("web", "a1"));
    assert_ne!(from_line(1), from_line(2));
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer() -> Result<(), Box<dyn std::error::Error>> {
    let app = app().await;
    // ANCHOR: repeat
    let id = from_header("web", "5f0c");
    let first = app.send(pay(4_000)).id(id).await?;
    let again = app.send(pay(4_000)).id(id).await?;
    assert_eq!((first.reply, again.reply), (6_000, 6_000)); // not 2,000
    assert_eq!((first.repeated, again.repeated), (false, true));
    // ANCHOR_END: repeat
    // ANCHOR: reused
    let other = app.send(pay(5_000)).id(id).await;
    assert!(matches!(other, Err(SendError::IdReused { .. })));
    // ANCHOR_END: reused
    Ok(())
}

#[tokio::test]
async fn a_refused_id_is_spent() -> Result<(), Box<dyn std::error::Error>> {
    let app = app().await;
    // ANCHOR: spent
    let id = from_message("payments", "msg-17");
    let refused = app.send(pay(10_001)).id(id).await;
    assert!(matches!(refused, Err(SendError::Refused(TooMuch { open: 10_000 }))));

    // No validator runs. The text is that of the first refusal.
    match app.send(pay(10_001)).id(id).await {
        Err(SendError::RefusedBefore { text }) => {
            assert_eq!(text, "only 10000 cents are open")
        }
        other => panic!("{other:?}"),
    }
    // ANCHOR_END: spent
    Ok(())
}

// ANCHOR: unknown
/// Sends until it is known what became of it. The id makes that safe.
async fn pay_surely(
    app: &Jangle,
    command: Pay,
    id: CommandId,
) -> Result<Receipt<i64>, SendError<TooMuch>> {
    for _ in 0..5 {
        match app.send(command.clone()).id(id).await {
            Err(SendError::Unknown { .. }) => {}
            answer => return answer,
        }
    }
    app.send(command).id(id).await
}
// ANCHOR_END: unknown

#[tokio::test]
async fn sending_until_it_is_known_pays_once() -> Result<(), Box<dyn std::error::Error>>
{
    let app = app().await;
    let id = from_line(6_145);
    assert_eq!(pay_surely(&app, pay(4_000), id).await?.reply, 6_000);
    assert_eq!(pay_surely(&app, pay(4_000), id).await?.reply, 6_000);
    assert_eq!(app.send(pay(0)).dry_run().await?.reply, 6_000);
    Ok(())
}
