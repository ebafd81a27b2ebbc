//! What the macros register, one static for each item.

use crate::{
    aggregate::{Aggregate, Apply, CommandInfo},
    error::HandlerError,
    event::{Event, EventHandler, HandlerContext, Handling, ParamInfo, ParamKind, Recorded, Retry},
    payload::{Payload, why_undecodable},
    query::{AnsweredBy, Query},
    store::{StoredEvent, ViewSchema},
    view::ViewRow,
};
use std::{any::TypeId, fmt, sync::Arc};

/// All entries of the program. The name carries the version, because it is one for a whole binary.
#[allow(unsafe_code, reason = "linkme collects the statics of all crates through a linker section")]
#[linkme::distributed_slice]
pub static JANGLE_0_1_ENTRIES: [Entry];

pub use JANGLE_0_1_ENTRIES as ENTRIES;

/// A name, and the place in the source that it was given.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// let meta = app.model().aggregates().next().unwrap().meta;
/// assert_eq!((meta.name, meta.kind, meta.module), ("account", "Account", module_path!()));
/// println!("{meta}"); // `Account` (src/account.rs:17)
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meta {
    /// The name: of an aggregate's type in the store, a handler's id, a view.
    pub name: &'static str,
    /// The Rust name of the type or function.
    pub kind: &'static str,
    /// The module path.
    pub module: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line in it.
    pub line: u32,
    /// The package.
    pub package: &'static str,
}

impl Meta {
    /// The arguments in the order of the fields.
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        kind: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
        package: &'static str,
    ) -> Self {
        Self { name, kind, module, file, line, package }
    }

    /// Whether it stands in the module `path` or below.
    pub(crate) fn is_within(&self, path: &str) -> bool {
        let path = path.trim_end_matches("::");
        self.module.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    }
}

impl fmt::Display for Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({}:{})", self.kind, self.file, self.line)
    }
}

/// A [`Meta`] of the place where it is written.
#[doc(hidden)]
#[macro_export]
macro_rules! __meta {
    ($name:expr, $kind:expr) => {
        $crate::__private::Meta::new(
            $name,
            $kind,
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
            ::core::env!("CARGO_PKG_NAME"),
        )
    };
}

/// One registered item.
#[derive(Debug)]
pub enum Entry {
    /// `#[aggregate]`.
    Aggregate(AggregateEntry),
    /// `#[event_handler]`.
    Handler(HandlerEntry),
    /// `#[query_handler]`.
    Query(QueryEntry),
    /// `#[derive(View)]`.
    View(ViewEntry),
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
/// assert_eq!((event.name, event.kind), ("bank.deposited", "Deposited"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct AggregateEntry {
    /// Its name and place.
    pub meta: Meta,
    /// The commands that it decides.
    pub commands: &'static [CommandInfo],
    /// The stored names and type names of the events that it is rebuilt from.
    pub events: fn() -> Vec<EventType>,
}

/// An event's type, and the name that it is stored under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventType {
    /// The stored name.
    pub name: &'static str,
    /// The type's own name.
    pub kind: &'static str,
    pub(crate) id: TypeId,
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
    /// Its version: a greater one fills its views anew.
    pub version: u32,
    /// The id that it had before.
    pub formerly: Option<&'static str>,
    /// What it takes besides the event.
    #[doc(hidden)]
    pub params: &'static [ParamInfo],
    pub(crate) event_id: fn() -> TypeId,
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

impl HandlerEntry {
    const fn of<H: EventHandler>() -> Self {
        Self {
            meta: H::META,
            event: <H::Event as Event>::NAME,
            event_type: <H::Event as Event>::TYPE,
            retry: H::RETRY,
            version: H::VERSION,
            formerly: H::FORMERLY,
            params: H::PARAMS,
            event_id: TypeId::of::<H::Event>,
            call: |stored, cx| {
                let event =
                    H::Event::decode(&stored.payload).map_err(|error| undecodable::<H::Event>(stored, &error))?;
                H::call(Recorded::new(event, Arc::clone(stored)), cx)
            },
        }
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
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct QueryEntry {
    /// Its name and place.
    pub meta: Meta,
    /// The query that it answers.
    pub query: &'static str,
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

impl Entry {
    /// The entry of an aggregate.
    pub const fn aggregate<A: Aggregate>() -> Self {
        Self::Aggregate(AggregateEntry {
            meta: A::META,
            commands: A::COMMANDS,
            events: || {
                let event_type = |event: &Apply<A>| EventType { name: event.name, kind: event.kind, id: (event.id)() };
                A::EVENTS.iter().map(event_type).collect()
            },
        })
    }

    /// The entry of an event handler.
    pub const fn event_handler<H: EventHandler>() -> Self {
        Self::Handler(HandlerEntry::of::<H>())
    }

    /// The entry of a query handler.
    pub const fn query_handler<Q: AnsweredBy<H>, H>() -> Self {
        Self::Query(QueryEntry { meta: Q::META, query: <Q as Query>::NAME, params: Q::PARAMS })
    }

    /// The entry of a view.
    pub const fn view<V: ViewRow>() -> Self {
        Self::View(ViewEntry { meta: V::META, schema: ViewSchema::of::<V>() })
    }

    pub(crate) fn meta(&self) -> &Meta {
        match self {
            Self::Aggregate(entry) => &entry.meta,
            Self::Handler(entry) => &entry.meta,
            Self::Query(entry) => &entry.meta,
            Self::View(entry) => &entry.meta,
        }
    }

    pub(crate) fn rank(&self) -> u8 {
        match self {
            Self::Aggregate(_) => 0,
            Self::Handler(_) => 1,
            Self::Query(_) => 2,
            Self::View(_) => 3,
        }
    }
}
