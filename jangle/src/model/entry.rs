//! What a model consists of, one entry for each item.

use super::{
    item::Link,
    meta::{Asked, EventType, Meta},
    saga::SagaEntry,
};
use crate::{
    aggregate::{Aggregate, CommandInfo},
    command::Command,
    error::HandlerError,
    event::{Event, EventHandler, HandlerContext, Handling, OnDead, ParamInfo, ParamKind, Recorded, Retry},
    payload::why_undecodable,
    query::{AnsweredBy, Query},
    saga::{Saga, SagaLogic},
    store::{BoxFuture, StoredEvent, ViewSchema},
    view::ViewRow,
};
use std::{any::TypeId, collections::BTreeSet, fmt, sync::Arc};

/// One item.
#[derive(Debug)]
pub enum Entry {
    /// `#[derive(Command)]`.
    KnownCommand(Asked),
    /// `#[derive(Event)]`.
    KnownEvent(EventType),
    /// `#[derive(Query)]`.
    KnownQuery(Asked),
    /// `link!`.
    Link(Link),
    /// `#[aggregate]`.
    Aggregate(AggregateEntry),
    /// `#[event_handler]`.
    Handler(HandlerEntry),
    /// `#[query_handler]`.
    Query(QueryEntry),
    /// `#[derive(View)]`.
    View(ViewEntry),
    /// `#[saga]`.
    Saga(SagaEntry),
}

/// An aggregate.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// let account = app.model().aggregates().next().unwrap();
/// let event = (account.events)()[0];
/// assert_eq!((event.meta.name, event.meta.kind), ("bank.deposited", "Deposited"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct AggregateEntry {
    /// Its name and place.
    pub meta: Meta,
    /// The commands that it decides.
    pub commands: &'static [CommandInfo],
    /// The events that it is rebuilt from.
    pub events: fn() -> Vec<EventType>,
}

/// An event handler.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// let handler = app.model().handlers().next().unwrap();
/// assert_eq!((handler.meta.name, handler.event), ("count_deposits", "bank.deposited"));
/// assert!(handler.is_projection() && handler.writes().eq(["balance"]));
/// # Ok(())
/// # }
/// ```
pub struct HandlerEntry {
    /// Its id and place.
    pub meta: Meta,
    /// The stored name of the event that it follows.
    pub event: &'static str,
    /// The event's type.
    pub event_type: &'static str,
    /// What happens when it fails.
    pub retry: Retry,
    /// What happens to an aggregate's later events when one of its events is set aside.
    pub on_dead: OnDead,
    /// Its version: a greater one fills its views anew.
    pub version: u32,
    /// The id that it had before.
    pub formerly: Option<&'static str>,
    /// What it takes besides the event.
    #[doc(hidden)]
    pub params: &'static [ParamInfo],
    pub(crate) follows: EventType,
    /// Where it is a saga that receives events.
    pub(crate) saga: Option<&'static SagaLogic>,
    pub(crate) call: fn(&Arc<StoredEvent>, &HandlerContext) -> Handling,
}

impl fmt::Debug for HandlerEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "handler {} of {}", self.meta, self.event)
    }
}

fn undecodable<E: Event>(stored: &StoredEvent, error: &serde_json::Error) -> HandlerError {
    let (name, version, why) = (&stored.name, stored.schema_version, why_undecodable(error));
    HandlerError::msg(format!(
        "the event `{name}` (schema version {version}) cannot be decoded as `{}`: {why}",
        E::TYPE
    ))
}

/// What happens to an event that cannot be decoded, where the builder says that it may be ignored.
fn pass_over<E: Event>(
    stored: &StoredEvent,
    error: &serde_json::Error,
) -> BoxFuture<'static, Result<(), HandlerError>> {
    tracing::warn!(position = stored.position, "ignored: {}", undecodable::<E>(stored, error));
    Box::pin(async { Ok(()) })
}

impl HandlerEntry {
    const fn of<H: EventHandler<E>, E: Event>() -> Self {
        Self {
            meta: H::META,
            event: E::NAME,
            event_type: E::TYPE,
            retry: H::RETRY,
            on_dead: H::ON_DEAD,
            version: H::VERSION,
            formerly: H::FORMERLY,
            params: H::PARAMS,
            follows: EventType::of::<E>(),
            saga: None,
            call: |stored, cx| match E::decode(&stored.payload) {
                Ok(event) => H::call(Recorded::new(event, Arc::clone(stored)), cx),
                Err(error) if cx.ignores(stored) => Ok(pass_over::<E>(stored, &error)),
                Err(error) => Err(undecodable::<E>(stored, &error)),
            },
        }
    }

    /// What receives the events of a saga.
    pub(super) const fn of_saga<S: Saga>(logic: &'static SagaLogic) -> Self {
        Self {
            meta: S::META,
            event: "",
            event_type: "",
            retry: Retry::DEFAULT,
            on_dead: OnDead::SetAside,
            version: 1,
            formerly: None,
            params: &[],
            follows: EventType { meta: S::META, schema_version: 0, id: TypeId::of::<S>() },
            saga: Some(logic),
            call: |_, _| Err(HandlerError::msg("a saga is no event handler")),
        }
    }

    /// The names of the events that it follows, one a line.
    pub(crate) fn follows_text(&self) -> Arc<str> {
        let Some(saga) = self.saga else { return self.event.into() };
        let receivers = (saga.receivers)();
        let names = receivers.iter().filter(|info| !info.is_own).map(|info| info.event.meta.name);
        let names: BTreeSet<_> = names.collect();
        names.into_iter().collect::<Vec<_>>().join("\n").into()
    }

    /// What its commands and merges are known by: the id that it had first.
    pub(crate) fn identity(&self) -> &'static str {
        self.formerly.unwrap_or(self.meta.name)
    }

    /// The names of the views that it writes; none for a reaction.
    pub fn writes(&self) -> impl Iterator<Item = &'static str> {
        self.params.iter().filter_map(|param| match param.kind {
            ParamKind::Merge(view) => Some(view),
            _ => None,
        })
    }

    /// Whether it writes views, and does nothing else.
    pub fn is_projection(&self) -> bool {
        self.writes().next().is_some()
    }
}

/// A query handler.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// let query = app.model().queries().next().unwrap();
/// assert_eq!((query.query, query.meta.kind), ("BalanceOf", "balance_of"));
/// assert!(query.reads().eq(["balance"]));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct QueryEntry {
    /// Its name and place.
    pub meta: Meta,
    /// The query that it answers.
    pub query: &'static str,
    pub(crate) answers: Asked,
    /// What it takes besides the query.
    #[doc(hidden)]
    pub params: &'static [ParamInfo],
}

/// A view.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// let view = app.model().views().next().unwrap();
/// assert_eq!((view.schema.view, view.schema.key[0].name), ("balance", "account"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ViewEntry {
    /// Its name and place.
    pub meta: Meta,
    /// Its columns.
    pub schema: ViewSchema,
}

impl QueryEntry {
    /// The names of the views that it reads.
    pub fn reads(&self) -> impl Iterator<Item = &'static str> {
        self.params.iter().filter_map(|param| match param.kind {
            ParamKind::View(view) => Some(view),
            _ => None,
        })
    }
}

impl Entry {
    /// The entry of a command.
    pub const fn command<C: Command>() -> Self {
        Self::KnownCommand(Asked::of::<C>(C::META))
    }

    /// The entry of an event.
    pub const fn event<E: Event>() -> Self {
        Self::KnownEvent(EventType::of::<E>())
    }

    /// The entry of a query.
    pub const fn query<Q: Query>() -> Self {
        Self::KnownQuery(Asked::of::<Q>(Q::META))
    }

    /// The entry of a `link!`.
    pub const fn link(meta: Meta, crates: &'static [&'static str]) -> Self {
        Self::Link(Link { meta, crates })
    }

    /// The entry of an aggregate.
    pub const fn aggregate<A: Aggregate>() -> Self {
        Self::Aggregate(AggregateEntry {
            meta: A::META,
            commands: A::COMMANDS,
            events: || A::EVENTS.iter().map(|apply| apply.event).collect(),
        })
    }

    /// The entry of an event handler.
    pub const fn event_handler<H: EventHandler<E>, E: Event>() -> Self {
        Self::Handler(HandlerEntry::of::<H, E>())
    }

    /// The entry of a query handler `F`.
    pub const fn query_handler<F, Q: AnsweredBy<H>, H>() -> Self {
        Self::Query(QueryEntry {
            meta: Q::HANDLER,
            query: <Q as Query>::NAME,
            answers: Asked::of::<Q>(<Q as Query>::META),
            params: Q::PARAMS,
        })
    }

    /// The entry of a saga.
    pub const fn saga<S: Saga>() -> Self {
        Self::Saga(SagaEntry::of::<S>())
    }

    /// The entry of a view.
    pub const fn view<V: ViewRow>() -> Self {
        Self::View(ViewEntry { meta: V::META, schema: ViewSchema::of::<V>() })
    }

    /// Its names, and where it stands.
    pub const fn meta(&self) -> &Meta {
        match self {
            Self::KnownCommand(asked) | Self::KnownQuery(asked) => &asked.meta,
            Self::KnownEvent(event) => &event.meta,
            Self::Link(link) => &link.meta,
            Self::Aggregate(entry) => &entry.meta,
            Self::Handler(entry) => &entry.meta,
            Self::Query(entry) => &entry.meta,
            Self::View(entry) => &entry.meta,
            Self::Saga(entry) => &entry.meta,
        }
    }

    /// What follows events, if it does.
    pub(super) fn consumer(&'static self) -> Option<&'static HandlerEntry> {
        match self {
            Self::Handler(handler) => Some(handler),
            Self::Saga(saga) => Some(&saga.consumer),
            _ => None,
        }
    }

    /// The order of the kinds in a model.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Self::KnownCommand(_) => 0,
            Self::Aggregate(_) => 1,
            Self::KnownEvent(_) => 2,
            Self::Handler(_) => 3,
            Self::KnownQuery(_) => 4,
            Self::Query(_) => 5,
            Self::View(_) => 6,
            Self::Saga(_) => 7,
            Self::Link(_) => 8,
        }
    }

    /// Whether it does something by itself; commands, events and queries wait for something that takes them.
    pub(crate) fn acts(&self) -> bool {
        matches!(self, Self::Aggregate(_) | Self::Handler(_) | Self::Query(_) | Self::View(_) | Self::Saga(_))
    }
}
