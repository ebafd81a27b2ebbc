//! A decision on an aggregate's cached state. It is given to the writer before anything else can be decided on it.

use super::{
    EventRef, RefusalValue, ReplyValue,
    core::{CommandCore, Permit},
    emitted::{EmitError, Emitted, ID_SIZE, Target},
    load::{self, LoadError},
    outcome::OutcomeOf,
    request::{Request, shared},
    slot::{Cached, Loaded, Signals},
    ticket::Ticket,
    writer::Pending,
};
use crate::{
    aggregate::{Aggregate, HandledBy, RefusalOf, ReplyOf},
    delivery::panic_message,
    error::SendError,
    event::EventId,
    serializer::Part,
    store::{Answer, Append, NewEvent, NewOutcome, NewReceipt, Snapshot, StreamId},
    telemetry,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

/// A decision on its way to the store.
#[derive(Debug)]
pub(crate) struct Decided<T, R> {
    pub(crate) verdict: Verdict<T, R>,
    pub(crate) ticket: Arc<Ticket>,
    /// The version that it was decided on.
    pub(crate) version: u64,
    /// Its events, whose versions and positions the commit gives.
    pub(crate) events: Vec<EventRef>,
    pub(crate) snapshot: Option<Snapshot>,
    /// The streams that it begins.
    pub(crate) begins: Vec<Begun<R>>,
}

/// A stream that must be empty.
#[derive(Debug)]
pub(crate) struct Begun<R> {
    pub(crate) stream: StreamId,
    /// What the command is refused with where it is not.
    pub(crate) or_refuse: Option<R>,
}

/// What was decided.
#[derive(Debug)]
pub(crate) enum Verdict<T, R> {
    Accepted(T),
    Refused(R),
    /// Refused, and the refusal became what follows for the saga that sent the command.
    Spent {
        text: String,
        event: Option<String>,
    },
    Stale {
        expected: u64,
    },
}

/// A decision on command `C`.
pub(crate) type DecidedOn<C, A> = Decided<ReplyOf<C, A>, RefusalOf<C, A>>;

/// A decision, or why there is none.
type Deciding<C, A> = Result<DecidedOn<C, A>, SendError<RefusalOf<C, A>>>;

/// A refusal on its way; none where the command must be decided again.
type Refusing<C, A> = Result<Option<DecidedOn<C, A>>, SendError<RefusalOf<C, A>>>;

/// Decides on `cached`, which must be loaded, applies what was decided to it, and gives it to the writer.
pub(crate) fn decide<C: HandledBy<A>, A: Aggregate>(
    core: &CommandCore,
    request: &Request,
    command: C,
    permit: &Permit,
    signals: &Arc<Signals>,
    cached: &mut Cached<A>,
) -> Deciding<C, A> {
    let generation = cached.generation;
    let Some(mut loaded) = cached.loaded.take() else {
        return Err(LoadError::Rebuild("it was not loaded".to_owned()).of(&request.stream));
    };
    let version = loaded.version;
    let (verdict, mut emitted) = match validate::<C, A>(core, request, command, &loaded) {
        Ok(decision) => decision,
        Err(error) => {
            cached.loaded = Some(loaded);
            return Err(error);
        }
    };
    let begins = begins(&mut emitted);
    let mut events = new_events(core, request, emitted);
    let receipt = receipt::<C, A>(core, request, &verdict, events.is_empty())?;
    telemetry::command::decided(request, version, events.len());
    let depends_on = loaded.last.clone();
    let ticket = Arc::new(Ticket::default());
    // From here on a failure leaves the slot empty, because the state may hold half of the decision.
    apply_own(request, &mut loaded, &events, signals).map_err(|error| error.of(&request.stream))?;
    let snapshot = snapshot(core, request, version, &loaded, &events);
    write_payloads(core, &mut events)?;
    if !events.is_empty() {
        loaded.last = Some(Arc::clone(&ticket));
    }
    announce(core, request, &events, &ticket);
    let decided = Decided { verdict, version, begins, events: refs(&events), snapshot, ticket: Arc::clone(&ticket) };
    let append = append(core, request, version, events, receipt);
    let pending = Pending {
        append,
        ticket: Arc::clone(&ticket),
        depends_on,
        signals: Arc::clone(signals),
        generation,
        _permit: Arc::clone(permit),
    };
    core.queue.send(pending).map_err(|_| SendError::ShuttingDown)?;
    if request.has_own_id {
        cached.remember(request.id, &ticket);
    }
    cached.loaded = Some(loaded);
    Ok(decided)
}

fn append(
    core: &CommandCore,
    request: &Request,
    version: u64,
    events: Vec<NewEvent>,
    receipt: Option<NewReceipt>,
) -> Append {
    let recorded_at = core.environment.now();
    Append { expected: (request.stream.clone(), version), depends_on: Vec::new(), events, receipt, recorded_at }
}

/// Gives a refusal to the writer that was decided on `version`, where the aggregate still has it: for a command whose
/// events the store did not take, because a stream that they would begin exists.
pub(crate) fn refuse<C: HandledBy<A>, A: Aggregate>(
    core: &CommandCore,
    request: &Request,
    (refusal, version): (RefusalOf<C, A>, u64),
    permit: &Permit,
    signals: &Arc<Signals>,
    cached: &mut Cached<A>,
) -> Refusing<C, A> {
    let Some(loaded) = cached.loaded.as_ref().filter(|loaded| loaded.version == version) else { return Ok(None) };
    let verdict = refused::<C, A>(request, refusal)?;
    let receipt = receipt::<C, A>(core, request, &verdict, true)?;
    let ticket = Arc::new(Ticket::default());
    let pending = Pending {
        append: append(core, request, version, Vec::new(), receipt),
        ticket: Arc::clone(&ticket),
        depends_on: loaded.last.clone(),
        signals: Arc::clone(signals),
        generation: cached.generation,
        _permit: Arc::clone(permit),
    };
    core.queue.send(pending).map_err(|_| SendError::ShuttingDown)?;
    cached.remember(request.id, &ticket);
    Ok(Some(Decided { verdict, ticket, version, events: Vec::new(), snapshot: None, begins: Vec::new() }))
}

/// What was decided, or why nothing was.
type Judged<C, A> = Result<Verdict<ReplyOf<C, A>, RefusalOf<C, A>>, SendError<RefusalOf<C, A>>>;

type Decision<C, A> = (Verdict<ReplyOf<C, A>, RefusalOf<C, A>>, Emitted);

fn validate<C: HandledBy<A>, A: Aggregate>(
    core: &CommandCore,
    request: &Request,
    command: C,
    loaded: &Loaded<A>,
) -> Result<Decision<C, A>, SendError<RefusalOf<C, A>>> {
    if let Some(expected) = request.options.expected_version
        && expected != loaded.version
    {
        return Ok((Verdict::Stale { expected }, Emitted::default()));
    }
    let context = request.context(loaded.version);
    let mut emitted = Emitted::within(core.settings.event_size);
    let validated =
        catch_unwind(AssertUnwindSafe(|| (C::VALIDATE)(&loaded.state, command, &context).record(&mut emitted)));
    match validated {
        Err(panic) => Err(SendError::Panicked { command: request.command, message: panic_message(&*panic) }),
        Ok(Err(refusal)) => Ok((refused::<C, A>(request, refusal)?, Emitted::default())),
        Ok(Ok(reply)) => match emitted.error.take() {
            Some(error) => Err(unstorable(core, error)),
            None => Ok((Verdict::Accepted(reply), emitted)),
        },
    }
}

/// A refusal is what the sender hears; where that is a saga, it becomes the event that follows for it.
fn refused<C: HandledBy<A>, A: Aggregate>(request: &Request, refusal: RefusalOf<C, A>) -> Judged<C, A> {
    let Some(spending) = &request.options.spending else { return Ok(Verdict::Refused(refusal)) };
    let text = refusal.in_words();
    match spending.make(Box::new(refusal)) {
        // It was made of another decision, which came to nothing; the saga begins this command again.
        None => Err(SendError::Contended {
            aggregate: request.stream.aggregate_type().to_owned(),
            id: request.stream.aggregate_id().to_owned(),
            waited: Duration::ZERO,
        }),
        Some(Err(message)) => Err(SendError::Panicked { command: request.command, message }),
        Some(Ok(event)) => Ok(Verdict::Spent { text, event }),
    }
}

fn unstorable<R>(core: &CommandCore, error: EmitError) -> SendError<R> {
    match error {
        EmitError::NotJson { event, source } => SendError::Encode { what: format!("the event `{event}`"), source },
        EmitError::TooLarge { event, size } => {
            SendError::TooLarge { what: format!("the event `{event}`"), size, limit: core.settings.event_size }
        }
        EmitError::TooLargeTogether { size, limit } => {
            SendError::TooLarge { what: "the total of the command's events".to_owned(), size, limit }
        }
        EmitError::LongId { size } => long_id(size),
        EmitError::Unreadable { event, source } => SendError::Encode {
            what: format!("the event `{event}` (which serde writes, but does not read back)"),
            source,
        },
    }
}

/// An aggregate's id is too long.
pub(super) fn long_id<R>(size: usize) -> SendError<R> {
    SendError::TooLarge { what: "the id of the aggregate".to_owned(), size, limit: ID_SIZE }
}

/// A reply or a refusal that is too large to be kept.
fn check_size<R>(core: &CommandCore, what: &str, command: &str, text: &str) -> Result<(), SendError<R>> {
    let (size, limit) = (text.len(), core.settings.event_size);
    match size > limit {
        true => Err(SendError::TooLarge { what: format!("{what} `{command}`"), size, limit }),
        false => Ok(()),
    }
}

/// The type of each refusal is that of the method, as [`RefusesWith`](super::RefusesWith) has it.
fn begins<R: 'static>(emitted: &mut Emitted) -> Vec<Begun<R>> {
    let begins = emitted.events.iter_mut().filter_map(|event| match &mut event.target {
        Target::Other { stream, must_be_new: true, or_refuse } => {
            let or_refuse = or_refuse.take().and_then(|refusal| refusal.downcast().ok()).map(|refusal| *refusal);
            Some(Begun { stream: stream.clone(), or_refuse })
        }
        _ => None,
    });
    begins.collect()
}

fn new_events(core: &CommandCore, request: &Request, emitted: Emitted) -> Vec<NewEvent> {
    if request.options.dry_run {
        return Vec::new();
    }
    let events = emitted.events.into_iter().map(|event| {
        let (stream, must_be_new) = match event.target {
            Target::Own => (request.stream.clone(), false),
            Target::Other { stream, must_be_new, .. } => (stream, must_be_new),
        };
        NewEvent {
            id: EventId::from_uuid(core.environment.new_id()),
            stream,
            must_be_new,
            name: shared(event.name),
            schema_version: event.schema_version,
            payload: event.payload,
            metadata: request.event_metadata(),
            occurred_at: request.options.occurred_at,
        }
    });
    events.collect()
}

/// The events become what is stored of them.
fn write_payloads<R>(core: &CommandCore, events: &mut [NewEvent]) -> Result<(), SendError<R>> {
    if core.extensions.codec.is_plain() {
        return Ok(());
    }
    for event in events {
        let part = Part::Event { name: &event.name, schema_version: event.schema_version };
        event.payload =
            core.extensions.codec.write(std::mem::take(&mut event.payload), &event.stream, part).map_err(|source| {
                SendError::Serializer { what: format!("write the event `{}`", event.name), source }
            })?;
    }
    Ok(())
}

/// What is kept under the command's id: an acceptance with events always, so that an unknown commit can be settled by
/// inserting the id again; other answers where the id may come again.
fn receipt<C: HandledBy<A>, A: Aggregate>(
    core: &CommandCore,
    request: &Request,
    verdict: &Verdict<ReplyOf<C, A>, RefusalOf<C, A>>,
    is_empty: bool,
) -> Result<Option<NewReceipt>, SendError<RefusalOf<C, A>>> {
    if request.options.dry_run || (is_empty && !request.has_own_id) {
        return Ok(None);
    }
    let command = request.command;
    let write = |text, part, what: &str| {
        let what = || format!("write {what} `{command}`");
        core.extensions
            .codec
            .write(text, &request.stream, part)
            .map_err(|source| SendError::Serializer { what: what(), source })
    };
    let outcome: NewOutcome = match verdict {
        Verdict::Stale { .. } => return Ok(None),
        Verdict::Refused(refusal) => {
            let text = refusal.in_words();
            check_size(core, "the refusal of", command, &text)?;
            Answer::Refused { text: write(text, Part::Refusal { command }, "the refusal of")?, event: None }
        }
        Verdict::Spent { text, event } => {
            check_size(core, "the refusal of", command, text)?;
            let write = |text: &String| write(text.clone(), Part::Refusal { command }, "the refusal of");
            Answer::Refused { text: write(text)?, event: event.as_ref().map(write).transpose()? }
        }
        Verdict::Accepted(reply) => {
            let reply = reply
                .encode_reply()
                .map_err(|source| SendError::Encode { what: format!("the reply to `{command}`"), source })?;
            check_size(core, "the reply to", command, &reply)?;
            // A reply that cannot be read back would be an error at each repeat.
            ReplyOf::<C, A>::decode_reply(&reply).map_err(|source| SendError::Encode {
                what: format!("the reply to `{command}` (which serde writes, but does not read back)"),
                source,
            })?;
            let reply = (reply != "null").then(|| write(reply, Part::Reply { command }, "the reply to")).transpose()?;
            Answer::Accepted { reply, stored: () }
        }
    };
    Ok(Some(NewReceipt {
        id: request.id,
        command: shared(command),
        stream: request.stream.clone(),
        hash: request.hash,
        outcome,
    }))
}

fn apply_own<A: Aggregate>(
    request: &Request,
    loaded: &mut Loaded<A>,
    events: &[NewEvent],
    signals: &Signals,
) -> Result<(), LoadError> {
    for event in events.iter().filter(|event| event.stream == request.stream) {
        load::apply(&mut loaded.state, &event.name, loaded.version + 1, &event.payload)?;
        loaded.version += 1;
        telemetry::command::applied(&request.stream, &event.name, loaded.version);
        signals.add_weight(event.payload.len());
    }
    Ok(())
}

/// Where the decision reaches or passes a multiple of the frequency, by its own events alone.
fn snapshot<A: Aggregate>(
    core: &CommandCore,
    request: &Request,
    before: u64,
    loaded: &Loaded<A>,
    events: &[NewEvent],
) -> Option<Snapshot> {
    let policy = A::SNAPSHOT.filter(|policy| policy.is_due(before, loaded.version))?;
    let event = events.iter().rfind(|event| event.stream == request.stream)?.id;
    let saved = catch_unwind(AssertUnwindSafe(|| (policy.save)(&loaded.state)));
    let state = saved
        .ok()
        .and_then(Result::ok)
        .and_then(|state| core.extensions.codec.write_bytes(state, &request.stream).ok());
    if state.is_none() {
        tracing::warn!(aggregate = A::META.name, version = loaded.version, "a snapshot cannot be encoded");
    }
    Some(Snapshot { version: loaded.version, event, fingerprint: policy.fingerprint(), state: state? })
}

/// Tells other aggregates that something comes for them, so that they wait for it instead of running into it.
fn announce(core: &CommandCore, request: &Request, events: &[NewEvent], ticket: &Arc<Ticket>) {
    for event in events.iter().filter(|event| event.stream != request.stream) {
        core.cache.slot(&event.stream).signals.announce(ticket);
    }
}

fn refs(events: &[NewEvent]) -> Vec<EventRef> {
    let refs = events.iter().map(|event| EventRef {
        id: event.id,
        name: Arc::clone(&event.name),
        stream: event.stream.clone(),
        version: 0,
        position: 0,
    });
    refs.collect()
}
