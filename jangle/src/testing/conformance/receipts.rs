//! What is kept under command ids.

use super::{
    kit::{accepted, after, all_events, append, event, kept, one, stored, stream, versions, with_receipt},
    violation::{Outcome, holds, same},
};
use crate::{
    CommandId,
    store::{Answer, Append, AppendResult, Store, Stored},
};
use std::sync::Arc;
use uuid::Uuid;

pub(super) async fn a_command_id_takes_effect_once(store: Arc<dyn Store>) -> Outcome {
    let (a, id) = (stream("a"), CommandId::new());
    stored(&*store, one(&stream("other"), 0)).await?;
    let first = with_receipt(id, accepted("42"), append(&a, 0, vec![event(&a), event(&a)]));
    let appended = stored(&*store, first).await?;
    let receipt = kept(&*store, id).await?;
    let events = appended.events.iter().map(|(_, position)| *position).collect();
    let place = Stored { version: 2, position: appended.position, events };
    let outcome = Answer::Accepted { reply: Some("42".to_owned()), stored: place };
    same("the outcome in the receipt", &receipt.outcome, &outcome)?;
    same("command and aggregate in the receipt", (&*receipt.command, &receipt.stream), ("open", &a))?;
    let again = store.append(vec![with_receipt(id, accepted("43"), one(&a, 2))]).await?;
    same("the answer to a repeat", again, [AppendResult::Repeated(receipt)])?;
    same("the versions of the stream after a repeat", versions(&store.read_stream(a, 0, 10).await?), [1, 2])
}

pub(super) async fn a_command_id_takes_effect_once_within_a_batch(store: Arc<dyn Store>) -> Outcome {
    let (a, id) = (stream("a"), CommandId::new());
    let batch = vec![
        with_receipt(id, accepted("1"), one(&a, 0)),
        with_receipt(id, accepted("2"), one(&a, 1)),
        after(vec![1], one(&a, 1)),
    ];
    let results = store.append(batch).await?;
    let receipt = kept(&*store, id).await?;
    let repeated = [AppendResult::Repeated(receipt), AppendResult::Undone];
    same("a repeat in the batch, and what depends on it", results.get(1..), Some(&repeated[..]))?;
    same("how many events are stored", all_events(&*store).await?.len(), 1)
}

pub(super) async fn a_receipt_is_found_before_the_version_is_compared(store: Arc<dyn Store>) -> Outcome {
    let repeated = with_receipt(CommandId::new(), accepted("1"), one(&stream("a"), 0));
    stored(&*store, repeated.clone()).await?;
    let again = store.append(vec![repeated]).await?;
    holds("the same append again", "`Repeated`", &again, matches!(again[..], [AppendResult::Repeated(_)]))
}

pub(super) async fn a_receipt_is_stored_with_its_events_or_not_at_all(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    for version in 0..4 {
        let (lost, won) = (CommandId::new(), CommandId::new());
        // The first is decided on a version that the stream does not have, in the batch of one that is stored.
        let losing = with_receipt(lost, accepted("1"), one(&a, version + 1));
        let winning = with_receipt(won, accepted("2"), one(&a, version));
        store.append(vec![losing, winning]).await?;
        same("the receipt of an append that was not stored", store.receipt(lost).await?, None)?;
        let receipt = kept(&*store, won).await?;
        let Answer::Accepted { stored: place, .. } = receipt.outcome else {
            return holds("the receipt of an accepted command", "`Accepted`", &receipt.outcome, false);
        };
        let events = store.read_at(place.events.clone()).await?;
        same("the versions of the events that the receipt names", versions(&events), [version + 1])?;
    }
    Ok(())
}

pub(super) async fn another_request_under_an_id_stores_nothing_and_shows_the_first_ones_hash(
    store: Arc<dyn Store>,
) -> Outcome {
    let (a, b, id) = (stream("a"), stream("b"), CommandId::new());
    stored(&*store, with_receipt(id, accepted("1"), one(&a, 0))).await?;
    let first = kept(&*store, id).await?;
    let mut other = with_receipt(id, accepted("2"), one(&b, 0));
    if let Some(receipt) = &mut other.receipt {
        receipt.hash = Uuid::from_u128(2);
    }
    let again = store.append(vec![other]).await?;
    same("the answer to another request under the id", again, [AppendResult::Repeated(first.clone())])?;
    same("the hash that is kept", first.hash, Uuid::from_u128(1))?;
    same("the versions of the other request's stream", versions(&store.read_stream(b, 0, 10).await?), [0; 0])
}

pub(super) async fn an_accepted_command_without_events_leaves_a_receipt(store: Arc<dyn Store>) -> Outcome {
    let (a, id) = (stream("a"), CommandId::new());
    let last = stored(&*store, one(&a, 0)).await?;
    let outcome = Answer::Accepted { reply: None, stored: () };
    stored(&*store, with_receipt(id, outcome, append(&a, 1, vec![]))).await?;
    let place = Stored { version: 1, position: last.position, events: vec![] };
    let expected = Answer::Accepted { reply: None, stored: place };
    same("the outcome in the receipt", kept(&*store, id).await?.outcome, expected)
}

pub(super) async fn a_refusal_is_kept_and_its_command_never_decided_again(store: Arc<dyn Store>) -> Outcome {
    let (a, id) = (stream("a"), CommandId::new());
    let refused = Answer::Refused { text: "there is no money".to_owned(), event: None };
    let appended = stored(&*store, with_receipt(id, refused, append(&a, 0, vec![]))).await?;
    same("version and events of a refusal", (appended.version, appended.events.len()), (0, 0))?;
    let receipt = kept(&*store, id).await?;
    let expected = Answer::Refused { text: "there is no money".to_owned(), event: None };
    same("the outcome in the receipt", &receipt.outcome, &expected)?;
    let accepted: Append = with_receipt(id, accepted("1"), one(&a, 0));
    let again = store.append(vec![accepted]).await?;
    same("an accepted command under the spent id", again, [AppendResult::Repeated(receipt)])?;
    same("how many events are stored", all_events(&*store).await?.len(), 0)
}
