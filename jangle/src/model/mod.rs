//! The model: everything that a program can do, as data.

mod check;
mod entry;
mod mermaid;

pub use entry::{AggregateEntry, EventType, HandlerEntry, Meta, QueryEntry, ViewEntry};
#[doc(hidden)]
pub use entry::{ENTRIES, Entry};

use crate::{aggregate::CommandInfo, error::ModelErrors};

/// Everything that a program can do: what the macros registered, in an order that does not depend on the build.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// let model = app.model();
/// assert_eq!((model.aggregates().count(), model.handlers().count()), (1, 2));
/// # Ok(())
/// # }
/// ```
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
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let names: Vec<_> = app.model().aggregates().map(|aggregate| aggregate.meta.name).collect();
    /// assert_eq!(names, ["account"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn aggregates(&self) -> impl Iterator<Item = &'static AggregateEntry> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Aggregate(aggregate) => Some(aggregate),
            _ => None,
        })
    }

    /// The commands.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let names: Vec<_> = app.model().commands().map(|command| command.name()).collect();
    /// assert_eq!(names, ["Deposit", "Withdraw"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn commands(&self) -> impl Iterator<Item = &'static CommandInfo> {
        self.aggregates().flat_map(|aggregate| aggregate.commands)
    }

    /// The event handlers: projections and reactions.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let ids: Vec<_> = app.model().handlers().map(|handler| handler.meta.name).collect();
    /// assert_eq!(ids, ["count_deposits", "count_withdrawals"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn handlers(&self) -> impl Iterator<Item = &'static HandlerEntry> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Handler(handler) => Some(handler),
            _ => None,
        })
    }

    /// The query handlers.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let names: Vec<_> = app.model().queries().map(|query| query.query).collect();
    /// assert_eq!(names, ["BalanceOf"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn queries(&self) -> impl Iterator<Item = &'static QueryEntry> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Query(query) => Some(query),
            _ => None,
        })
    }

    /// The views.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let names: Vec<_> = app.model().views().map(|view| view.meta.name).collect();
    /// assert_eq!(names, ["balance"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn views(&self) -> impl Iterator<Item = &'static ViewEntry> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::View(view) => Some(view),
            _ => None,
        })
    }

    /// Holds the parts of the model against each other: names that are given twice, views that are taken and are not
    /// there. [`start`](crate::JangleBuilder::start) does it first.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// // An application that started has a model that is sound.
    /// assert!(app.model().check().is_ok());
    /// # Ok(())
    /// # }
    /// ```
    pub fn check(&self) -> Result<(), ModelErrors> {
        check::check(self)
    }

    /// The model as a Mermaid flow chart: commands, the events that they result in, the handlers and their views
    /// (<https://mermaid.js.org/syntax/flowchart.html>).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let chart = app.model().to_mermaid();
    /// assert!(chart.starts_with("flowchart LR\n"));
    /// assert!(chart.contains("Deposit([Deposit]) --> account[account]"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_mermaid(&self) -> String {
        mermaid::flow_chart(self)
    }
}
