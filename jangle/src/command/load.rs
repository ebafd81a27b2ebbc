//! Rebuilding an aggregate: from a snapshot, if one is to be trusted, and the events after it.

use super::{
    core::CommandCore,
    slot::{Cached, Loaded, Signals},
};
use crate::{
    aggregate::{Aggregate, SnapshotPolicy},
    delivery::panic_message,
    error::SendError,
    payload::why_undecodable,
    serializer::Part,
    store::{StoreError, StoredEvent, StreamId},
    telemetry,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

/// How many events are read at a time.
const PAGE: usize = 1000;

/// Why an aggregate cannot be rebuilt.
#[derive(Debug)]
pub(crate) enum LoadError {
    Store(StoreError),
    /// An event is not known, or is not what it was; it may be passed over where the builder says so.
    Unreadable(String),
    Rebuild(String),
}

impl From<StoreError> for LoadError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl LoadError {
    pub(crate) fn of<R>(self, stream: &StreamId) -> SendError<R> {
        match self {
            Self::Store(error) => SendError::Store(error),
            Self::Unreadable(reason) | Self::Rebuild(reason) => SendError::Rebuild {
                aggregate: stream.aggregate_type().to_owned(),
                id: stream.aggregate_id().to_owned(),
                reason,
            },
        }
    }
}

/// Makes sure that `cached` holds the aggregate with everything that this process knows of.
pub(crate) async fn ensure<A: Aggregate>(
    core: &CommandCore,
    stream: &StreamId,
    signals: &Signals,
    cached: &mut Cached<A>,
) -> Result<(), LoadError> {
    if let Some(foreign) = signals.take_foreign() {
        foreign.settled().await;
        cached.forget_invalid(signals);
        match &mut cached.loaded {
            Some(loaded) if loaded.is_as_stored() => catch_up(core, stream, signals, loaded).await?,
            loaded => *loaded = None,
        }
    }
    cached.forget_invalid(signals);
    telemetry::command::looked_up(stream, cached.loaded.is_some());
    if cached.loaded.is_none() {
        let begun = Instant::now();
        cached.begin_generation(signals);
        let loaded = load(core, stream, signals).await?;
        telemetry::command::rebuilt(stream, loaded.version, begun);
        cached.loaded = Some(loaded);
    }
    Ok(())
}

async fn load<A: Aggregate>(core: &CommandCore, stream: &StreamId, signals: &Signals) -> Result<Loaded<A>, LoadError> {
    signals.weigh(size_of::<A>());
    if let Some(policy) = &A::SNAPSHOT
        && let Some(loaded) = from_snapshot(core, stream, signals, policy).await?
    {
        return Ok(loaded);
    }
    let mut loaded = Loaded { state: A::default(), version: 0, last: None };
    catch_up(core, stream, signals, &mut loaded).await?;
    Ok(loaded)
}

/// A snapshot is a cache: what is wrong with it is logged, and it is thrown away.
async fn from_snapshot<A: Aggregate>(
    core: &CommandCore,
    stream: &StreamId,
    signals: &Signals,
    policy: &SnapshotPolicy<A>,
) -> Result<Option<Loaded<A>>, LoadError> {
    let snapshots = &core.stores.snapshots;
    let snapshot = match snapshots.load(stream.clone()).await {
        Ok(Some(snapshot)) => snapshot,
        Ok(None) => return Ok(None),
        Err(error) => {
            tracing::warn!(%stream, %error, "a snapshot cannot be read; rebuilding from the events");
            return Ok(None);
        }
    };
    if snapshot.fingerprint == policy.fingerprint() {
        // A state that serde accepts may still be one that user code panics on.
        let state = core.extensions.codec.read_bytes(snapshot.state, stream);
        let state = state.map(|state| catch_unwind(|| (policy.load)(&state)));
        if let Ok(Ok(Ok(state))) = state {
            let events =
                core.stores.events.read_stream(stream.clone(), snapshot.version.saturating_sub(1), PAGE).await?;
            if let Some((first, later)) = events.split_first()
                && (first.version, first.id) == (snapshot.version, snapshot.event)
            {
                let mut loaded = Loaded { state, version: snapshot.version, last: None };
                apply_page(core, signals, &mut loaded, later)?;
                if events.len() == PAGE {
                    catch_up(core, stream, signals, &mut loaded).await?;
                }
                return Ok(Some(loaded));
            }
        }
    }
    telemetry::command::snapshot_discarded(stream, snapshot.version);
    discard_snapshot(core, stream).await;
    Ok(None)
}

async fn discard_snapshot(core: &CommandCore, stream: &StreamId) {
    if let Err(error) = core.stores.snapshots.discard(stream.clone()).await {
        tracing::warn!(%stream, %error, "a snapshot cannot be removed");
    }
}

/// Applies the events that are stored after the loaded version.
async fn catch_up<A: Aggregate>(
    core: &CommandCore,
    stream: &StreamId,
    signals: &Signals,
    loaded: &mut Loaded<A>,
) -> Result<(), LoadError> {
    loop {
        let events = core.stores.events.read_stream(stream.clone(), loaded.version, PAGE).await?;
        apply_page(core, signals, loaded, &events)?;
        if events.len() < PAGE {
            return Ok(());
        }
    }
}

fn apply_page<A: Aggregate>(
    core: &CommandCore,
    signals: &Signals,
    loaded: &mut Loaded<A>,
    events: &[StoredEvent],
) -> Result<(), LoadError> {
    for event in events {
        apply_stored(core, &mut loaded.state, &mut loaded.version, event)?;
        signals.add_weight(event.payload.len());
    }
    Ok(())
}

/// Applies the next event of a stream to a state of the version before it. One that cannot be read is passed over where
/// the builder says so.
pub(crate) fn apply_stored<A: Aggregate>(
    core: &CommandCore,
    state: &mut A,
    version: &mut u64,
    event: &StoredEvent,
) -> Result<(), LoadError> {
    if event.version != *version + 1 {
        let reason = format!("its events have a hole: version {} follows {version}", event.version);
        return Err(LoadError::Rebuild(reason));
    }
    let part = Part::Event { name: &event.name, schema_version: event.schema_version };
    let payload = core.extensions.codec.read(&event.payload, &event.stream, part).map_err(|error| {
        let (name, version, position) = (&event.name, event.version, event.position);
        LoadError::Unreadable(format!(
            "the serializer cannot read the event `{name}` at version {version}, position {position}: {error}"
        ))
    });
    let applied = payload.and_then(|payload| apply(state, &event.name, event.version, &payload));
    match applied {
        Err(LoadError::Unreadable(reason)) if core.extensions.ignored_events.contains(&*event.name) => {
            tracing::debug!(stream = %event.stream, "ignored: {reason}");
        }
        applied => applied?,
    }
    *version = event.version;
    telemetry::command::applied(&event.stream, &event.name, event.version);
    Ok(())
}

/// Hands an event to its `#[reconstitute]` method.
pub(crate) fn apply<A: Aggregate>(state: &mut A, name: &str, version: u64, payload: &str) -> Result<(), LoadError> {
    let Some(known) = A::EVENTS.iter().find(|known| known.event.meta.name == name) else {
        let reason = format!(
            "the event `{name}` at version {version} is not known to this program; was it written by a newer one, or was its `name` changed? where no rule depends on it, say `.ignore_event(\"{name}\")`"
        );
        return Err(LoadError::Unreadable(reason));
    };
    match catch_unwind(AssertUnwindSafe(|| (known.apply)(state, payload))) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(LoadError::Unreadable(format!(
            "the event `{name}` at version {version} cannot be decoded as `{}`: {}",
            known.event.meta.kind,
            why_undecodable(&error)
        ))),
        Err(panic) => Err(LoadError::Rebuild(format!(
            "the `#[reconstitute]` method for `{}` panicked at version {version}: {}",
            known.event.meta.kind,
            panic_message(&*panic)
        ))),
    }
}
