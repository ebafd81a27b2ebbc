//! The receivers of a saga: how events find it, and what it does with them.

use super::{
    Rebuild,
    transition::{Shown, Step},
};
use crate::{event::Event, model::EventType};

/// Which saga an event belongs to.
#[doc(hidden)]
#[derive(Debug)]
pub enum Key<E> {
    /// The one that a field names.
    Field(fn(&E) -> String),
    /// The one with the id of the event's aggregate.
    Aggregate,
    /// The saga itself: the event is its own.
    Own,
}

/// An `#[event_receiver]` method.
#[doc(hidden)]
#[derive(Debug)]
pub struct Receiver<S, E> {
    /// The method's name.
    pub name: &'static str,
    /// Which saga the event belongs to.
    pub key: Key<E>,
    /// Whether it says that it starts a saga.
    pub starts: bool,
    /// The names of events that the saga must have seen.
    pub requires: &'static [&'static str],
    /// The names of events that it must not have seen.
    pub unless: &'static [&'static str],
    /// What the model shows of the transition.
    pub shown: Shown,
    /// Runs the method.
    pub run: fn(&S, &E) -> Step,
}

/// What is known of a receiver whatever its types.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct ReceiverInfo {
    pub(crate) name: &'static str,
    pub(crate) event: EventType,
    pub(crate) is_own: bool,
    pub(crate) starts: bool,
    pub(crate) requires: &'static [&'static str],
    pub(crate) unless: &'static [&'static str],
    pub(crate) shown: Shown,
}

/// A receiver, whatever its event.
#[doc(hidden)]
pub trait Receives<S>: Send + Sync {
    /// What is known of it.
    fn info(&self) -> ReceiverInfo;

    /// The id of the saga that the event belongs to; none for an event of the saga's own.
    ///
    /// # Errors
    /// Where the event cannot be decoded.
    fn key(&self, payload: &str, aggregate_id: &str) -> Result<Option<String>, serde_json::Error>;

    /// Runs the method.
    ///
    /// # Errors
    /// Where the event cannot be decoded.
    fn run(&self, saga: &S, payload: &str) -> Result<Step, serde_json::Error>;
}

impl<S, E: Event> Receives<S> for Receiver<S, E> {
    fn info(&self) -> ReceiverInfo {
        ReceiverInfo {
            name: self.name,
            event: EventType::of::<E>(),
            is_own: matches!(self.key, Key::Own),
            starts: self.starts,
            requires: self.requires,
            unless: self.unless,
            shown: self.shown,
        }
    }

    fn key(&self, payload: &str, aggregate_id: &str) -> Result<Option<String>, serde_json::Error> {
        match self.key {
            Key::Field(field) => E::decode(payload).map(|event| Some(field(&event))),
            Key::Aggregate => Ok(Some(aggregate_id.to_owned())),
            Key::Own => Ok(None),
        }
    }

    fn run(&self, saga: &S, payload: &str) -> Result<Step, serde_json::Error> {
        Ok((self.run)(saga, &E::decode(payload)?))
    }
}

/// An `#[on_deadline]` method.
#[doc(hidden)]
#[derive(Debug)]
pub struct Expired<S> {
    /// The method's name.
    pub name: &'static str,
    /// What the model shows of the transition.
    pub shown: Shown,
    /// Runs it.
    pub run: fn(&S) -> Step,
}

/// How a saga is rebuilt from one type of event.
#[doc(hidden)]
#[derive(Debug)]
pub struct SagaApply<S> {
    pub(crate) event: EventType,
    pub(crate) apply: fn(&mut S, &str) -> Result<(), serde_json::Error>,
}

impl<S> SagaApply<S> {
    /// For events `E`.
    pub const fn of<E: Event>() -> Self
    where
        S: Rebuild<E>,
    {
        Self {
            event: EventType::of::<E>(),
            apply: |saga, payload| {
                (S::APPLY)(saga, &E::decode(payload)?);
                Ok(())
            },
        }
    }
}
