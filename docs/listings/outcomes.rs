//! What a `#[validate_command]` method can return: a warehouse of crates.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::prelude::*;
use serde::{Deserialize, Serialize};

macro_rules! commands {
    ($($(#[$attribute:meta])* $name:ident { $($field:ident: $of:ty),* })*) => { $(
        #[derive(Debug, Clone, Serialize, Deserialize, Command)]
        struct $name {
            #[aggregate_id]
            pallet: String,
            $($field: $of,)*
        }
    )* };
}

commands! {
    Place {}
    LookAt {}
    Seal {}
    Load { crates: Vec<String> }
    Dispatch { to: String }
    Weigh { kilograms: u32 }
    Move { to: String, crates: u32 }
    Split { into: String }
    Count {}
    Take { crates: u32 }
}

macro_rules! events {
    ($($name:ident { $($field:ident: $of:ty),* })*) => { $(
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Event)]
        struct $name { $($field: $of,)* }
    )* };
}

events! {
    Placed {}
    Sealed {}
    Loaded { name: String }
    Dispatched { to: String }
    Weighed { kilograms: u32 }
    Taken { crates: u32 }
    Received { crates: u32 }
}

#[derive(Debug, PartialEq, thiserror::Error)]
enum Refusal {
    #[error("{kilograms} kg are too heavy: at most 1,000")]
    TooHeavy { kilograms: u32 },
    #[error("there are only {left} crates")]
    TooFew { left: u32 },
}

#[derive(Debug, Default)]
struct Pallet {
    sealed: bool,
    crates: u32,
}

#[aggregate]
impl Pallet {
    // ANCHOR: event
    #[validate_command]
    fn place(&self, _: Place) -> Placed {
        Placed {}
    }
    // ANCHOR_END: event

    // ANCHOR: nothing
    #[validate_command]
    fn look_at(&self, _: LookAt) {}
    // ANCHOR_END: nothing

    // ANCHOR: option
    /// Sealing twice is fine: nothing happens, and the sender hears yes.
    #[validate_command]
    fn seal(&self, _: Seal) -> Option<Sealed> {
        (!self.sealed).then_some(Sealed {})
    }
    // ANCHOR_END: option

    // ANCHOR: vec
    #[validate_command]
    fn load(&self, command: Load) -> Vec<Loaded> {
        command.crates.into_iter().map(|name| Loaded { name }).collect()
    }
    // ANCHOR_END: vec

    // ANCHOR: tuple
    #[validate_command]
    fn dispatch(&self, command: Dispatch) -> (Option<Sealed>, Dispatched) {
        ((!self.sealed).then_some(Sealed {}), Dispatched { to: command.to })
    }
    // ANCHOR_END: tuple

    // ANCHOR: result
    #[validate_command]
    fn weigh(&self, command: Weigh) -> Result<Weighed, Refusal> {
        match command.kilograms {
            kilograms @ ..=1_000 => Ok(Weighed { kilograms }),
            kilograms => Err(Refusal::TooHeavy { kilograms }),
        }
    }
    // ANCHOR_END: result

    // ANCHOR: on_new
    /// What one pallet loses the other gets, in one transaction.
    #[validate_command]
    fn move_crates(
        &self,
        command: Move,
    ) -> Result<(Taken, On<Pallet, Received>), Refusal> {
        let crates = command.crates;
        if crates > self.crates {
            return Err(Refusal::TooFew { left: self.crates });
        }
        Ok((Taken { crates }, On::new(command.to, Received { crates })))
    }
    // ANCHOR_END: on_new

    // ANCHOR: on_create
    /// The new pallet must not exist yet.
    #[validate_command]
    fn split(&self, command: Split) -> (Taken, On<Pallet, Received>) {
        let crates = self.crates / 2;
        (Taken { crates }, On::create(command.into, Received { crates }))
    }
    // ANCHOR_END: on_create

    // ANCHOR: reply
    #[validate_command]
    fn count(&self, _: Count) -> Reply<u32> {
        Reply(self.crates)
    }
    // ANCHOR_END: reply

    // ANCHOR: all
    #[validate_command]
    fn take(
        &self,
        command: Take,
    ) -> Result<(Taken, Option<Sealed>, Reply<u32>), Refusal> {
        let left = self
            .crates
            .checked_sub(command.crates)
            .ok_or(Refusal::TooFew { left: self.crates })?;
        Ok((
            Taken { crates: command.crates },
            (left == 0).then_some(Sealed {}),
            Reply(left),
        ))
    }
    // ANCHOR_END: all

    #[reconstitute]
    fn placed(&mut self, _: &Placed) {}

    #[reconstitute]
    fn sealed(&mut self, _: &Sealed) {
        self.sealed = true;
    }

    #[reconstitute]
    fn loaded(&mut self, _: &Loaded) {
        self.crates += 1;
    }

    #[reconstitute]
    fn dispatched(&mut self, _: &Dispatched) {}

    #[reconstitute]
    fn weighed(&mut self, _: &Weighed) {}

    #[reconstitute]
    fn taken(&mut self, event: &Taken) {
        self.crates -= event.crates;
    }

    #[reconstitute]
    fn received(&mut self, event: &Received) {
        self.crates += event.crates;
    }
}

fn pallet() -> String {
    "north 4".to_owned()
}

async fn app() -> Jangle {
    Jangle::builder().store(MemoryStore::new()).start().await.unwrap()
}

#[tokio::test]
async fn each_return_type_stores_what_the_chapter_says() {
    let app = app().await;
    let events = app.send(Place { pallet: pallet() }).await.unwrap().events.len();
    assert_eq!(events, 1);
    assert_eq!(app.send(LookAt { pallet: pallet() }).await.unwrap().events.len(), 0);
    let crates = ["tea", "rice", "salt", "oil"].map(String::from).to_vec();
    assert_eq!(
        app.send(Load { pallet: pallet(), crates }).await.unwrap().events.len(),
        4
    );
    let dispatch = Dispatch { pallet: pallet(), to: "Brno".into() };
    assert_eq!(app.send(dispatch).await.unwrap().events.len(), 2);
    assert_eq!(app.send(Seal { pallet: pallet() }).await.unwrap().events.len(), 0);
    assert_eq!(app.send(Count { pallet: pallet() }).await.unwrap().reply, 4);
}

#[tokio::test]
async fn a_refusal_stores_nothing() {
    let app = app().await;
    let refused = app.send(Weigh { pallet: pallet(), kilograms: 1_001 }).await;
    assert!(matches!(
        refused,
        Err(SendError::Refused(Refusal::TooHeavy { kilograms: 1_001 }))
    ));
    let accepted =
        app.send(Weigh { pallet: pallet(), kilograms: 1_000 }).await.unwrap();
    assert_eq!(accepted.version, 1);
}

#[tokio::test]
async fn events_for_another_aggregate_are_stored_with_the_own_ones() {
    let app = app().await;
    let crates = ["tea", "rice", "salt", "oil"].map(String::from).to_vec();
    app.send(Load { pallet: pallet(), crates }).await.unwrap();
    let moved = app
        .send(Move { pallet: pallet(), to: "south 1".into(), crates: 1 })
        .await
        .unwrap();
    assert_eq!(moved.events[1].stream.aggregate_id(), "south 1");
    assert_eq!(app.send(Count { pallet: "south 1".into() }).await.unwrap().reply, 1);

    let exists = app.send(Split { pallet: pallet(), into: "south 1".into() }).await;
    assert!(matches!(exists, Err(SendError::Exists { .. })));
    app.send(Split { pallet: pallet(), into: "south 2".into() }).await.unwrap();

    let taken = app.send(Take { pallet: pallet(), crates: 2 }).await.unwrap();
    assert_eq!((taken.reply, taken.events.len()), (0, 2));
}
