//! Sending commands: what the sender can say, and what it hears.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

// ANCHOR: imports
use jangle::{StoreError, prelude::*};
use serde::{Deserialize, Serialize};
use std::time::Duration;
// ANCHOR_END: imports

// ANCHOR: commands
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct BookSeats {
    #[aggregate_id]
    show: String,
    customer: String,
    seats: u32,
}
// ANCHOR_END: commands

// ANCHOR: events
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Event)]
#[event(name = "theatre.seats_booked")]
struct SeatsBooked {
    customer: String,
    seats: u32,
    hold_until: Timestamp,
}
// ANCHOR_END: events

// ANCHOR: refusals
#[derive(Debug, PartialEq, thiserror::Error)]
enum Refusal {
    #[error("only {left} seats are left")]
    SoldOut { left: u32 },
    #[error("guests book at most {most} seats")]
    TooManyForGuests { most: u32 },
}
// ANCHOR_END: refusals

// ANCHOR: aggregate
#[derive(Debug, Default)]
struct Show {
    booked: u32,
}

#[aggregate(name = "show")]
impl Show {
    #[validate_command]
    fn book(
        &self,
        command: BookSeats,
        cx: &CommandContext,
    ) -> Result<(SeatsBooked, Reply<u32>), Refusal> {
        if cx.metadata("role") == Some("guest") && command.seats > 4 {
            return Err(Refusal::TooManyForGuests { most: 4 });
        }
        let left = 10 - self.booked;
        let left_then =
            left.checked_sub(command.seats).ok_or(Refusal::SoldOut { left })?;
        let hold_until = cx.received_at().after(Duration::from_secs(15 * 60));
        let BookSeats { customer, seats, .. } = command;
        Ok((SeatsBooked { customer, seats, hold_until }, Reply(left_then)))
    }

    #[reconstitute]
    fn booked(&mut self, event: &SeatsBooked) {
        self.booked += event.seats;
    }
}
// ANCHOR_END: aggregate

fn booking(seats: u32) -> BookSeats {
    BookSeats { show: "hamlet".into(), customer: "ann".into(), seats }
}

async fn app() -> Jangle {
    Jangle::builder().store(MemoryStore::new()).start().await.unwrap()
}

#[tokio::test]
async fn a_receipt_says_what_came_of_it() -> Result<(), Box<dyn std::error::Error>> {
    let app = app().await;
    // ANCHOR: receipt
    let receipt = app.send(booking(3)).await?;
    assert_eq!(receipt.reply, 7); // what the validator replied
    assert_eq!(receipt.version, 1); // the aggregate's version after it
    assert_eq!(receipt.position, 1); // the place in the whole store
    assert_eq!(&*receipt.events[0].name, "theatre.seats_booked");
    assert!(!receipt.repeated);
    // ANCHOR_END: receipt
    Ok(())
}

#[tokio::test]
async fn a_refusal_is_typed() -> Result<(), Box<dyn std::error::Error>> {
    let app = app().await;
    // ANCHOR: refused
    match app.send(booking(11)).await {
        Ok(receipt) => println!("{} seats are left", receipt.reply),
        Err(SendError::Refused(Refusal::SoldOut { left })) => {
            println!("take {left} instead?")
        }
        Err(error) => return Err(error.into()),
    }
    // ANCHOR_END: refused
    assert!(matches!(
        app.send(booking(11)).await,
        Err(SendError::Refused(Refusal::SoldOut { left: 10 }))
    ));
    Ok(())
}

#[tokio::test]
async fn an_id_takes_effect_once() -> Result<(), Box<dyn std::error::Error>> {
    let app = app().await;
    // ANCHOR: ids
    let id = CommandId::derived("booking form", "7d1f");
    let first = app.send(booking(3)).id(id).await?;
    let again = app.send(booking(3)).id(id).await?;
    assert_eq!((again.version, again.reply), (first.version, first.reply));
    assert!(again.repeated);
    // ANCHOR_END: ids
    Ok(())
}

#[tokio::test]
async fn what_was_seen_can_be_demanded() -> Result<(), Box<dyn std::error::Error>> {
    let app = app().await;
    // ANCHOR: expect_version
    let seen = app.send(booking(3)).await?.version;
    app.send(booking(1)).await?; // somebody else

    let stale = app.send(booking(2)).expect_version(seen).await;
    assert!(matches!(stale, Err(SendError::StaleVersion { expected: 1, actual: 2 })));
    // ANCHOR_END: expect_version
    Ok(())
}

#[tokio::test]
async fn a_dry_run_stores_nothing() -> Result<(), Box<dyn std::error::Error>> {
    let app = app().await;
    // ANCHOR: dry_run
    let would = app.send(booking(4)).dry_run().await?;
    assert_eq!((would.reply, would.version, would.events.len()), (6, 0, 0));
    // ANCHOR_END: dry_run
    Ok(())
}

#[tokio::test]
async fn metadata_reaches_the_validator_and_the_events()
-> Result<(), Box<dyn std::error::Error>> {
    let app = app().await;
    // ANCHOR: metadata
    let refused = app.send(booking(5)).metadata("role", "guest").await;
    assert!(matches!(
        refused,
        Err(SendError::Refused(Refusal::TooManyForGuests { most: 4 }))
    ));

    app.send(booking(5))
        .metadata("role", "member")
        .correlation("season ticket 12")
        .occurred_at("1996-07-28T12:00:00Z".parse()?)
        .await?;
    // ANCHOR_END: metadata
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_stored_is_said_before_anything_is()
-> Result<(), Box<dyn std::error::Error>> {
    // ANCHOR: limits
    let app = Jangle::builder()
        .store(MemoryStore::new())
        .event_size(64 << 10) // the largest event: 64 KiB of JSON
        .commands_under_way(256) // further senders wait
        .command_timeout(Duration::from_secs(5)) // and not for ever
        .start()
        .await?;
    // ANCHOR_END: limits
    let customer = "x".repeat(65 << 10);
    let sent = app.send(BookSeats { show: "hamlet".into(), customer, seats: 1 }).await;
    assert!(matches!(sent, Err(SendError::TooLarge { limit: 65_536, .. })));
    Ok(())
}

#[tokio::test]
async fn every_error_says_what_to_do() -> Result<(), Box<dyn std::error::Error>> {
    let app = app().await;
    // ANCHOR: errors
    /// Whether to answer a browser with "no", "reload", or "try again".
    fn status(error: &SendError<Refusal>) -> u16 {
        match error {
            SendError::Refused(_)
            | SendError::RefusedBefore { .. }
            | SendError::Exists { .. } => 422,
            SendError::Denied { .. } => 403,
            SendError::StaleVersion { .. } => 412,
            SendError::IdReused { .. } => 409,
            SendError::TooLarge { .. } => 413,
            // The same request with the same id may be sent again.
            SendError::Unknown { .. }
            | SendError::Contended { .. }
            | SendError::Overloaded { .. } => 503,
            SendError::ShuttingDown
            | SendError::Store(StoreError::Full { .. } | StoreError::Busy { .. }) => {
                503
            }
            // A mistake in the program, which the log should have.
            _ => 500,
        }
    }
    // ANCHOR_END: errors
    let id = CommandId::new();
    app.send(booking(11)).id(id).await.unwrap_err();
    assert_eq!(status(&app.send(booking(11)).id(id).await.unwrap_err()), 422);
    assert_eq!(status(&app.send(booking(1)).id(id).await.unwrap_err()), 409);
    assert_eq!(status(&app.send(booking(1)).expect_version(9).await.unwrap_err()), 412);
    assert_eq!(status(&SendError::Denied { reason: "staff only".into() }), 403);
    app.shutdown().await?;
    assert_eq!(status(&app.send(booking(1)).await.unwrap_err()), 503);
    Ok(())
}

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Admit {
    #[aggregate_id]
    door: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "theatre.admitted")]
struct Admitted;

// ANCHOR: snapshot
#[derive(Debug, Default, Serialize, Deserialize)]
struct Turnstile {
    visitors: u64,
}

#[aggregate(snapshot_every = 100)]
impl Turnstile {
    #[validate_command]
    fn admit(&self, _: Admit) -> (Admitted, Reply<u64>) {
        (Admitted, Reply(self.visitors + 1))
    }

    #[reconstitute]
    fn admitted(&mut self, _: &Admitted) {
        self.visitors += 1;
    }
}
// ANCHOR_END: snapshot

#[tokio::test]
async fn a_snapshot_changes_no_answer() -> Result<(), Box<dyn std::error::Error>> {
    use jangle::store::{SnapshotStore, StreamId};
    let store = MemoryStore::new();
    let mut visitors = 0;
    for _ in 0..3 {
        let app = Jangle::builder().store(store.clone()).start().await?;
        for _ in 0..75 {
            visitors += 1;
            assert_eq!(app.send(Admit { door: "left".into() }).await?.reply, visitors);
        }
        app.shutdown().await?;
    }
    let kept = store.load(StreamId::new("turnstile", "left")).await?;
    assert_eq!(kept.map(|snapshot| snapshot.version), Some(200));
    Ok(())
}
