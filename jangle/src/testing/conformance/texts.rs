//! Names and texts of any kind.

use super::{
    kit::{accepted, append, claim, event, found, kept, lane, owned, step, stored, stream, with_receipt},
    violation::{Outcome, same},
};
use crate::{
    CommandId, EventId,
    store::{Answer, Exception, ExceptionChange, ExceptionState, Move, NewEvent, Snapshot, Store, StreamId},
};
use std::sync::Arc;
use uuid::Uuid;

/// Text that stores which build their requests from text stumble over.
const ODD: [&str; 16] = [
    "",
    " ",
    "'",
    "''",
    "\"",
    "`",
    "%",
    "_",
    "\\",
    "\r\n",
    "ü 🦀 \u{202e}",
    "Ä",
    "ä",
    "?1 $1 :name {}",
    "'; DROP TABLE jangle_events; --",
    "x' OR '1'='1",
];

pub(super) async fn streams_and_events_may_have_any_name(store: Arc<dyn Store>) -> Outcome {
    for odd in ODD {
        let stream = StreamId::new(odd, format!("{odd}{odd}"));
        let payload = format!("{odd:?}");
        let mut new = NewEvent { name: odd.into(), payload: payload.clone(), ..event(&stream) };
        new.metadata.user.insert(odd.to_owned(), odd.to_owned());
        let id = CommandId::new();
        let refusal = Answer::Refused { text: odd.to_owned(), event: Some(odd.to_owned()) };
        stored(&*store, append(&stream, 0, vec![new.clone()])).await?;
        stored(&*store, with_receipt(id, refusal.clone(), append(&stream, 1, vec![]))).await?;
        let events = store.read_stream(stream.clone(), 0, 10).await?;
        let read: Vec<_> =
            events.iter().map(|event| (&event.stream, &*event.name, &event.payload, &event.metadata)).collect();
        same("the events of a stream", read, [(&stream, odd, &payload, &new.metadata)])?;
        let receipt = kept(&*store, id).await?;
        same("the aggregate in a receipt", receipt.stream, stream)?;
        same(
            "the refusal in a receipt",
            receipt.outcome,
            Answer::Refused { text: odd.to_owned(), event: Some(odd.to_owned()) },
        )?;
    }
    Ok(())
}

/// 64 KiB of text that is more than ASCII.
fn long(beginning: &str) -> String {
    let text: String = beginning.chars().chain("ein langes Stück Text 🦀 ".chars().cycle()).take(60_000).collect();
    text.chars().chain(std::iter::repeat('.')).take(64 * 1024).collect()
}

pub(super) async fn a_store_keeps_long_texts(store: Arc<dyn Store>) -> Outcome {
    let (a, id) = (stream("a"), CommandId::new());
    let payload = format!("{:?}", long("payload"));
    let new = NewEvent { payload: payload.clone(), ..event(&a) };
    stored(&*store, with_receipt(id, accepted(&payload), append(&a, 0, vec![new]))).await?;
    let read: Vec<_> = store.read_all(0, 10).await?.into_iter().map(|event| event.payload == payload).collect();
    same("whether a payload of 64 KiB is read as it was stored", read, [true])?;
    let Answer::Accepted { reply, .. } = kept(&*store, id).await?.outcome else { return Ok(()) };
    same("whether a reply of 64 KiB is read as it was stored", reply == Some(payload), true)?;

    let event = EventId::from_uuid(Uuid::from_u128(1));
    let snapshot = Snapshot { version: 1, event, fingerprint: Uuid::nil(), state: long("state").into_bytes() };
    store.save(a.clone(), snapshot.clone()).await?;
    same("whether a snapshot of 64 KiB is loaded as it was saved", store.load(a).await? == Some(snapshot), true)?;

    let epoch = owned(&*store, claim(&lane("h"), super::kit::owner())).await?;
    let exception = Exception {
        position: 1,
        partition: 4,
        attempts: 1,
        state: ExceptionState::Dead,
        failing_since: None,
        error: long("error"),
    };
    let put = vec![ExceptionChange::Put(exception.clone())];
    let moved = Move { exceptions: put, ..step(&lane("h"), epoch, 0, 1) };
    super::kit::committed(&*store, "a move with an exception", vec![moved], vec![]).await?;
    let kept = found(&*store, &lane("h")).await?.exceptions;
    same("whether an error of 64 KiB is read as it was stored", kept == [exception], true)
}
