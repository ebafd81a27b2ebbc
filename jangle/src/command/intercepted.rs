//! A command on its way through the interceptors.

use super::{
    CommandId, Receipt, RefusalValue,
    core::CommandCore,
    handle::{Answered, handle},
    request::SendOptions,
};
use crate::{
    aggregate::{Aggregate, HandledBy},
    error::SendError,
    interceptor::{Call, CallOutcome, CommandPart, Passage, Reached},
    store::{BoxFuture, StoreError, StreamId},
};
use std::sync::Arc;

/// Handles `command` inside the interceptors.
pub(super) async fn intercepted<C: HandledBy<A>, A: Aggregate>(
    core: Arc<CommandCore>,
    command: C,
    mut options: SendOptions,
) -> Answered<C, A> {
    let id = options.id.unwrap_or_else(|| CommandId::from_uuid(core.environment.new_id()));
    options.made_id = Some(id);
    let stream = StreamId::new(A::META.name, command.aggregate_id());
    let part = CommandPart { stream, id, is_dry_run: options.dry_run };
    let metadata = std::mem::take(&mut options.metadata);
    let mut call = Call::new(C::NAME, Some(part), options.from_handler, metadata, Box::new(command));
    let passage = Passage::new();
    let last = {
        let (core, passage) = (Arc::clone(&core), passage.clone());
        move |call: &mut Call| run::<C, A>(core, call, options, passage)
    };
    let outcome = core.extensions.interceptors.pass(&mut call, Box::new(last)).await;
    match passage.reached() {
        Reached::Answer(answer) => answer,
        Reached::Nothing => Err(SendError::Denied { reason: outcome.into_denial() }),
        Reached::Begun => {
            let reason = "an interceptor did not wait for its end".to_owned();
            Err(SendError::Unknown { id, source: StoreError::Unknown { reason } })
        }
    }
}

fn run<C: HandledBy<A>, A: Aggregate>(
    core: Arc<CommandCore>,
    call: &mut Call,
    mut options: SendOptions,
    passage: Passage<Answered<C, A>>,
) -> BoxFuture<'static, CallOutcome> {
    options.metadata.clone_from(call.all_metadata());
    let command = call.take().and_then(|command| command.downcast::<C>().ok());
    Box::pin(async move {
        let Some(command) = command else { return CallOutcome::deny("this is the call of another command") };
        passage.begin();
        let answer = handle::<C, A>(core, *command, options).await;
        let outcome = class(&answer);
        passage.end(answer);
        outcome
    })
}

fn class<T, R: RefusalValue>(answer: &Result<Receipt<T>, SendError<R>>) -> CallOutcome {
    match answer {
        Ok(Receipt { version, events, repeated, .. }) => {
            CallOutcome::Accepted { version: *version, events: events.clone(), repeated: *repeated }
        }
        Err(SendError::Refused(refusal)) => CallOutcome::Refused { text: refusal.in_words() },
        Err(SendError::RefusedBefore { text }) => CallOutcome::Refused { text: text.clone() },
        Err(error) => CallOutcome::Failed { text: R::error_in_words(error) },
    }
}
