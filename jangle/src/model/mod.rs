//! The model: everything that a program can do, as data.

mod check;
mod entry;
mod mermaid;

pub use entry::{AggregateEntry, ENTRIES, Entry, HandlerEntry, Meta, QueryEntry, ViewEntry};

use crate::{aggregate::CommandInfo, error::ModelErrors};

/// Everything that a program can do: what the macros registered, in an order that does not depend on the build.
#[derive(Debug, Clone)]
pub struct Model {
    entries: Vec<&'static Entry>,
}

impl Model {
    /// What is linked into this program and lies in one of the module paths of `only`; all of it where `only` is
    /// empty.
    pub(crate) fn linked(only: &[String]) -> Self {
        let within = |entry: &&Entry| only.is_empty() || only.iter().any(|path| entry.meta().is_within(path));
        let mut entries: Vec<_> = ENTRIES.iter().filter(within).collect();
        entries.sort_by_key(|entry| (entry.rank(), entry.meta().name, entry.meta().module, entry.meta().line));
        Self { entries }
    }

    /// The aggregates.
    pub fn aggregates(&self) -> impl Iterator<Item = &'static AggregateEntry> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Aggregate(aggregate) => Some(aggregate),
            _ => None,
        })
    }

    /// The commands.
    pub fn commands(&self) -> impl Iterator<Item = &'static CommandInfo> {
        self.aggregates().flat_map(|aggregate| aggregate.commands)
    }

    /// The event handlers: projections and reactions.
    pub fn handlers(&self) -> impl Iterator<Item = &'static HandlerEntry> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Handler(handler) => Some(handler),
            _ => None,
        })
    }

    /// The query handlers.
    pub fn queries(&self) -> impl Iterator<Item = &'static QueryEntry> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Query(query) => Some(query),
            _ => None,
        })
    }

    /// The views.
    pub fn views(&self) -> impl Iterator<Item = &'static ViewEntry> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::View(view) => Some(view),
            _ => None,
        })
    }

    /// Holds the parts of the model against each other.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn check(&self) -> Result<(), ModelErrors> {
        check::check(self)
    }

    /// The model as a Mermaid flow chart: commands, the events that they result in, the handlers and their views.
    pub fn to_mermaid(&self) -> String {
        mermaid::flow_chart(self)
    }
}
