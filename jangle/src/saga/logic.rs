//! A saga's code, whatever its type: what the runtime calls.

use super::{
    Saga,
    receiver::ReceiverInfo,
    transition::{Shown, Step},
};
use crate::{
    delivery::panic_message,
    event::Retry,
    model::{EventType, Meta},
    payload::why_undecodable,
    store::StoredEvent,
};
use std::{
    collections::BTreeSet,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

/// What a saga has seen, in that order, as its code wrote it.
pub(crate) type Seen = [Arc<StoredEvent>];

/// The code of a saga.
pub(crate) struct SagaLogic {
    pub(crate) meta: Meta,
    pub(crate) deadline: Option<Duration>,
    pub(crate) retry: Retry,
    /// The receivers, in the order of their declaration.
    pub(crate) receivers: fn() -> Vec<ReceiverInfo>,
    /// What it is rebuilt from.
    pub(crate) rebuilt_from: fn() -> Vec<EventType>,
    /// The method for its deadline.
    pub(crate) expired: fn() -> Option<(&'static str, Shown)>,
    /// The ids of the sagas that an event belongs to.
    pub(crate) ids: fn(&StoredEvent) -> Result<BTreeSet<String>, String>,
    /// Whether the event starts the saga with this id.
    pub(crate) starts: fn(&StoredEvent, &str) -> Result<bool, String>,
    /// What the saga with this id does about one of the events that it has seen.
    pub(crate) react: fn(&Seen, usize, &str) -> Result<Step, String>,
    /// What it does when its deadline has passed.
    pub(crate) expire: fn(&Seen) -> Result<Step, String>,
}

impl fmt::Debug for SagaLogic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "saga {}", self.meta)
    }
}

/// Carries the code of `S` as a constant.
pub(crate) struct LogicOf<S>(std::marker::PhantomData<S>);

impl<S: Saga> LogicOf<S> {
    pub(crate) const LOGIC: SagaLogic = SagaLogic {
        meta: S::META,
        deadline: S::DEADLINE,
        retry: S::RETRY,
        receivers: || S::RECEIVERS.iter().map(|receiver| receiver.info()).collect(),
        rebuilt_from: || S::EVENTS.iter().map(|apply| apply.event).collect(),
        expired: || S::EXPIRED.as_ref().map(|expired| (expired.name, expired.shown)),
        ids: ids::<S>,
        starts: starts::<S>,
        react: |seen, index, id| guarded(|| react::<S>(seen, index, id)),
        expire: |seen| guarded(|| expire::<S>(seen)),
    };
}

fn guarded<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(format!("it panicked: {}", panic_message(&*panic))))
}

fn undecodable(event: &StoredEvent, error: &serde_json::Error) -> String {
    let (name, version, why) = (&event.name, event.schema_version, why_undecodable(error));
    format!("the event `{name}` (schema version {version}) cannot be decoded: {why}")
}

/// The ids that one receiver after the other finds in the event.
fn found<'a, S: Saga>(
    event: &'a StoredEvent,
    is_meant: impl Fn(usize, &ReceiverInfo) -> bool + 'a,
) -> impl Iterator<Item = Result<String, String>> + 'a {
    let receivers = S::RECEIVERS.iter().enumerate().filter(move |(index, receiver)| {
        let info = receiver.info();
        !info.is_own && *info.event.meta.name == *event.name && is_meant(*index, &info)
    });
    receivers.filter_map(|(_, receiver)| {
        let key = guarded(|| {
            let key = receiver.key(&event.payload, event.stream.aggregate_id());
            key.map_err(|error| undecodable(event, &error))
        });
        key.transpose()
    })
}

fn ids<S: Saga>(event: &StoredEvent) -> Result<BTreeSet<String>, String> {
    found::<S>(event, |_, _| true).collect()
}

fn starts<S: Saga>(event: &StoredEvent, id: &str) -> Result<bool, String> {
    let infos: Vec<_> = S::RECEIVERS.iter().map(|receiver| receiver.info()).collect();
    let first = infos.iter().position(|info| !info.is_own);
    let is_said = infos.iter().any(|info| info.starts);
    let mut found = found::<S>(event, move |index, info| if is_said { info.starts } else { Some(index) == first });
    found.try_fold(false, |starts, found| Ok(starts || found? == id))
}

/// The saga as the events that it has seen make it.
pub(super) fn rebuilt<S: Saga>(seen: &Seen) -> Result<S, String> {
    let mut saga = S::default();
    for event in seen {
        let apply = S::EVENTS.iter().find(|apply| *apply.event.meta.name == *event.name);
        if let Some(apply) = apply {
            (apply.apply)(&mut saga, &event.payload).map_err(|error| undecodable(event, &error))?;
        }
    }
    Ok(saga)
}

fn react<S: Saga>(seen: &Seen, index: usize, id: &str) -> Result<Step, String> {
    let mut step = Step::default();
    let Some(event) = seen.get(index) else { return Ok(step) };
    let saga = rebuilt::<S>(seen)?;
    let has_seen =
        |name: &&'static str| seen.iter().enumerate().any(|(at, other)| at != index && *other.name == **name);
    let is_own = event.position == 0;
    for receiver in S::RECEIVERS {
        let info = receiver.info();
        if info.is_own != is_own
            || *info.event.meta.name != *event.name
            || !info.requires.iter().all(has_seen)
            || info.unless.iter().any(has_seen)
        {
            continue;
        }
        let key = receiver.key(&event.payload, event.stream.aggregate_id());
        if key.map_err(|error| undecodable(event, &error))?.is_none_or(|key| key == id) {
            step.join(receiver.run(&saga, &event.payload).map_err(|error| undecodable(event, &error))?);
        }
    }
    Ok(step)
}

fn expire<S: Saga>(seen: &Seen) -> Result<Step, String> {
    let saga = rebuilt::<S>(seen)?;
    Ok(match S::EXPIRED {
        Some(expired) => (expired.run)(&saga),
        None => Step { fails: Some("the deadline has passed".to_owned()), ..Step::default() },
    })
}
