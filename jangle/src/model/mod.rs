//! The model: everything that a program can do, as data.

mod check;
mod choice;
mod entry;
mod item;
mod mermaid;
mod meta;
mod saga;

pub(crate) use choice::Choice;
#[doc(hidden)]
pub use entry::Entry;
pub use entry::{AggregateEntry, HandlerEntry, QueryEntry, ViewEntry};
#[doc(hidden)]
pub use item::ENTRIES;
pub use item::ModelItem;
pub use meta::{EventType, Meta};
pub use saga::{SagaEntry, SagaTransition};

use crate::{aggregate::CommandInfo, error::ModelErrors, saga::SendStored};
use std::{any::TypeId, collections::BTreeMap};

/// Everything that a program can do, in an order that does not depend on the build.
///
/// It is made of what the linker collected from all crates, or of what
/// [`with`](crate::JangleBuilder::with) names.
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
    /// What they were chosen from.
    candidates: Vec<&'static Entry>,
    choice: Choice,
    /// The types that the builder was given as states.
    states: Vec<TypeId>,
}

impl Model {
    /// What was chosen, in an application with these states.
    pub(crate) fn new(choice: &Choice, states: Vec<TypeId>) -> Self {
        let candidates = choice.candidates();
        let mut entries: Vec<_> = candidates.iter().copied().filter(|entry| choice.takes(entry)).collect();
        entries.sort_by_key(|entry| (entry.rank(), entry.meta().name, entry.meta().module, entry.meta().line));
        Self { entries, candidates, choice: choice.clone(), states }
    }

    /// The handlers that `.only(…)` leaves out, and that other processes may have.
    pub(crate) fn handlers_elsewhere(&self) -> Vec<&'static HandlerEntry> {
        let all = self.candidates.iter().filter_map(|entry| entry.consumer());
        let by_id: BTreeMap<_, _> = all.map(|handler| (handler.meta.name, handler)).collect();
        // One that was renamed is the same handler.
        let is_same = |a: &HandlerEntry, b: &HandlerEntry| {
            let (name, other) = (a.meta.name, b.meta.name);
            name == other || a.formerly == Some(other) || b.formerly == Some(name)
        };
        by_id.into_values().filter(|handler| !self.consumers().any(|here| is_same(here, handler))).collect()
    }

    /// The whole program, whatever part of it was chosen.
    pub(crate) fn program(&self) -> Self {
        let entries = ENTRIES.iter().chain(self.candidates.iter().copied()).collect();
        Self { entries, ..self.clone() }
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

    /// The commands that an aggregate decides.
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

    /// The commands that no aggregate of the model decides. They may be meant for another program, with which this one
    /// shares a crate; nothing here can send them.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// assert_eq!(app.model().unhandled_commands().count(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn unhandled_commands(&self) -> impl Iterator<Item = Meta> {
        let handled: Vec<_> = self.commands().map(|command| command.id).collect();
        self.entries.iter().filter_map(move |entry| match entry {
            Entry::KnownCommand(command) if !handled.contains(&command.id) => Some(command.meta),
            _ => None,
        })
    }

    /// The events: what aggregates are rebuilt from, what is handled, and what else is derived.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let names: Vec<_> = app.model().events().iter().map(|event| event.meta.name).collect();
    /// assert_eq!(names, ["bank.deposited", "bank.withdrawn"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn events(&self) -> Vec<EventType> {
        let rebuilt = self.aggregates().flat_map(|aggregate| (aggregate.events)());
        let handled = self.handlers().map(|handler| handler.follows);
        let derived = self.entries.iter().filter_map(|entry| match entry {
            Entry::KnownEvent(event) => Some(*event),
            _ => None,
        });
        let of_sagas = self.sagas().flat_map(SagaEntry::events);
        let all = rebuilt.chain(handled).chain(of_sagas).chain(derived);
        let sorted: BTreeMap<_, _> =
            all.map(|event| ((event.meta.name, event.meta.module, event.meta.line, event.id), event)).collect();
        sorted.into_values().collect()
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

    /// The sagas, by name.
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// assert_eq!(app.model().sagas().next().unwrap().meta.name, "checkout");
    /// # Ok(())
    /// # }
    /// ```
    pub fn sagas(&self) -> impl Iterator<Item = &'static SagaEntry> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Saga(saga) => Some(saga),
            _ => None,
        })
    }

    /// Whatever follows events: handlers, and sagas.
    pub(crate) fn consumers(&self) -> impl Iterator<Item = &'static HandlerEntry> {
        self.entries.iter().filter_map(|entry| entry.consumer())
    }

    /// How a stored command is sent to the aggregate of this name.
    pub(crate) fn sender_of(&self, command: &str, aggregate: &str) -> Option<SendStored> {
        let program = self.program();
        let mut all = self.commands().chain(program.commands());
        all.find(|known| known.name() == command && known.aggregate() == aggregate).map(|known| known.send_stored)
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

    /// Holds the parts of the model against each other. [`start`](crate::JangleBuilder::start) does it first.
    ///
    /// | it refuses | |
    /// |---|---|
    /// | a model without items | the crate that has them is not linked: see [`link!`](macro@crate::link) |
    /// | a linked crate that contributes nothing | as named in [`link!`](macro@crate::link) |
    /// | two aggregates for one command, two handlers for one query | |
    /// | one name for two aggregates, commands, events, handlers, queries or views | |
    /// | a handler of an event that no aggregate is rebuilt from | unless the model has no aggregates: then the events come from another program |
    /// | a view that is taken and is not part of the model | |
    /// | a `State<T>` that is taken and was not given to the builder | |
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
    ///
    /// // A test holds it without a start.
    /// let model = Jangle::builder()
    /// #   .only(module_path!())
    ///     .model();
    /// model.check()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn check(&self) -> Result<(), ModelErrors> {
        check::check(self)
    }

    /// The model as a Mermaid flow chart (<https://mermaid.js.org/syntax/flowchart.html>): commands, the aggregates that
    /// decide them, the events that can result, projections with their views, reactions, and the queries that read.
    ///
    /// Whatever a name contains, the chart is valid. Each kind has a shape and a class of its own; a reaction says
    /// whether it sends commands, but which ones is up to its code.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let chart = app.model().to_mermaid();
    /// assert!(chart.starts_with("flowchart LR\n"));
    /// assert!(chart.contains(r#"(["Deposit"]):::command"#));
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_mermaid(&self) -> String {
        mermaid::flow_chart(self)
    }
}
