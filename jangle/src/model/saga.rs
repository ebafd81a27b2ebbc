//! Sagas in a model.

use super::{EventType, HandlerEntry, Meta};
use crate::saga::{LogicOf, Saga, SagaLogic};
use std::time::Duration;

/// A saga.
///
/// ```
/// use jangle::prelude::*;
#[doc = include_str!("../../doc/checkout.txt")]
#[doc = include_str!("../../doc/checkout_running.txt")]
/// let checkout = app.model().sagas().next().unwrap();
/// assert_eq!((checkout.meta.name, checkout.deadline), ("checkout", None));
/// let reserve = &checkout.transitions()[0];
/// assert_eq!((reserve.on.as_str(), reserve.commands[0], reserve.events[0]), ("OrderPlaced", "ReserveItem", "Reserved"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SagaEntry {
    /// Its name and place.
    pub meta: Meta,
    /// How long after the event that starts it its deadline is.
    pub deadline: Option<Duration>,
    pub(crate) logic: &'static SagaLogic,
    /// What receives its events.
    pub(crate) consumer: HandlerEntry,
}

/// What a saga does about an event, or about its deadline.
///
/// ```
/// use jangle::prelude::*;
#[doc = include_str!("../../doc/checkout.txt")]
#[doc = include_str!("../../doc/checkout_running.txt")]
/// let checkout = app.model().sagas().next().unwrap();
/// let ends = checkout.transitions().into_iter().filter(|transition| transition.completes || transition.fails);
/// assert_eq!(ends.map(|transition| transition.receiver).collect::<Vec<_>>(), ["done", "give_up"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SagaTransition {
    /// The method.
    pub receiver: &'static str,
    /// The stored name of the event, or `deadline`.
    pub on: String,
    /// Whether the event is the saga's own.
    pub is_own: bool,
    /// Whether it starts a saga.
    pub starts: bool,
    /// The stored names of the events that the saga must have seen.
    pub requires: &'static [&'static str],
    /// The stored names of the events that it must not have seen.
    pub unless: &'static [&'static str],
    /// The names of the commands that it may send.
    pub commands: Vec<&'static str>,
    /// The stored names of the saga's own events that may follow.
    pub events: Vec<&'static str>,
    /// Whether it may complete the saga.
    pub completes: bool,
    /// Whether it may fail the saga.
    pub fails: bool,
}

impl SagaEntry {
    pub(super) const fn of<S: Saga>() -> Self {
        let logic = &LogicOf::<S>::LOGIC;
        Self { meta: S::META, deadline: S::DEADLINE, logic, consumer: HandlerEntry::of_saga::<S>(logic) }
    }

    /// Its transitions, in the order of their declaration; that of its deadline is the last.
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// let checkout = app.model().sagas().next().unwrap();
    /// assert_eq!(checkout.transitions().len(), 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn transitions(&self) -> Vec<SagaTransition> {
        let receivers = (self.logic.receivers)();
        let is_said = receivers.iter().any(|info| info.starts);
        let first = receivers.iter().position(|info| !info.is_own);
        let of_receivers = receivers.iter().enumerate().map(|(index, info)| SagaTransition {
            receiver: info.name,
            on: info.event.meta.name.to_owned(),
            is_own: info.is_own,
            starts: if is_said { info.starts } else { Some(index) == first },
            requires: info.requires,
            unless: info.unless,
            commands: info.shown.commands.list(),
            events: info.shown.events.list(),
            completes: info.shown.completes,
            fails: info.shown.fails,
        });
        let of_deadline = (self.logic.expired)().map(|(receiver, shown)| SagaTransition {
            receiver,
            on: "deadline".to_owned(),
            is_own: true,
            starts: false,
            requires: &[],
            unless: &[],
            commands: shown.commands.list(),
            events: shown.events.list(),
            completes: shown.completes,
            fails: shown.fails,
        });
        of_receivers.chain(of_deadline).collect()
    }

    /// The events that it receives, its own not among them.
    pub(crate) fn receives(&self) -> Vec<EventType> {
        let receivers = (self.logic.receivers)();
        receivers.into_iter().filter(|info| !info.is_own).map(|info| info.event).collect()
    }

    /// All events that it can see.
    pub(crate) fn events(&self) -> Vec<EventType> {
        let received = (self.logic.receivers)().into_iter().map(|info| info.event);
        received.chain((self.logic.rebuilt_from)()).collect()
    }
}
