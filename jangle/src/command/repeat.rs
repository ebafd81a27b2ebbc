//! Answering a command whose id has an answer already.

use super::{EventRef, Receipt, ReplyValue, core::CommandCore, handle::Answered, receipt::witness, request::Request};
use crate::{
    aggregate::{Aggregate, HandledBy, ReplyOf},
    error::SendError,
    serializer::{Part, SerializerError},
    store::{Answer, StoredReceipt},
};
use std::borrow::Cow;

/// The answer that the command's id has already.
pub(super) async fn repeated<C: HandledBy<A>, A: Aggregate>(
    core: &CommandCore,
    request: &Request,
    receipt: StoredReceipt,
) -> Answered<C, A> {
    let StoredReceipt { command, stream, hash, outcome } = receipt;
    if hash != request.hash {
        return Err(SendError::IdReused {
            id: request.id,
            command: command.to_string(),
            aggregate: stream.aggregate_type().to_owned(),
            aggregate_id: stream.aggregate_id().to_owned(),
        });
    }
    let (reply, stored) = match outcome {
        Answer::Refused { text, event } => {
            let read = |stored: &str| {
                let plain = core.extensions.codec.read(stored, &stream, Part::Refusal { command: &command });
                plain.map(Cow::into_owned).map_err(|error| unreadable("refusal", "refused", request, error))
            };
            let text = read(&text)?;
            if let Some(spending) = &request.options.spending {
                let event = event.as_deref().map(read).transpose()?;
                spending.found(event.as_deref());
            }
            return Err(SendError::RefusedBefore { text });
        }
        Answer::Accepted { reply, stored } => (reply, stored),
    };
    let reply =
        reply.as_deref().map(|reply| core.extensions.codec.read(reply, &stream, Part::Reply { command: &command }));
    let reply = reply.transpose().map_err(|error| unreadable("reply", "accepted", request, error))?;
    let reply = ReplyOf::<C, A>::decode_reply(reply.as_deref().unwrap_or("null"))
        .map_err(|source| SendError::ReplyChanged { id: request.id, source })?;
    let events = match stored.events.is_empty() {
        true => Vec::new(),
        false => core.stores.events.read_at(stored.events).await?,
    };
    let events = events.into_iter().map(|event| EventRef {
        id: event.id,
        name: event.name,
        stream: event.stream,
        version: event.version,
        position: event.position,
    });
    let events: Vec<_> = events.collect();
    let witness = witness(core, stored.position, &events).await;
    Ok(Receipt { reply, version: stored.version, position: stored.position, events, repeated: true, witness })
}

fn unreadable<R>(what: &str, was: &str, request: &Request, source: SerializerError) -> SendError<R> {
    let what = format!("read the {what} of command {}, which was {was} before", request.id);
    SendError::Serializer { what, source }
}
