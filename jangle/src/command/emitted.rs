//! The events of one decision, written down.

use crate::{Event, store::StreamId};
use std::any::Any;

/// The events of one decision, encoded, before they have versions and positions.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Emitted {
    pub(crate) events: Vec<EmittedEvent>,
    /// The first event that cannot be stored.
    pub(crate) error: Option<EmitError>,
    /// The most bytes of a payload.
    limit: usize,
    /// The bytes of all payloads.
    size: usize,
}

/// One event of a decision.
#[doc(hidden)]
#[derive(Debug)]
pub struct EmittedEvent {
    pub(crate) target: Target,
    pub(crate) name: &'static str,
    pub(crate) schema_version: u32,
    pub(crate) payload: String,
}

/// Whose stream an event goes to.
#[derive(Debug)]
pub(crate) enum Target {
    Own,
    Other {
        stream: StreamId,
        must_be_new: bool,
        /// What the command is refused with where it is not.
        or_refuse: Option<Box<dyn Any + Send>>,
    },
}

/// An event that cannot be stored.
#[derive(Debug)]
pub(crate) enum EmitError {
    NotJson {
        event: &'static str,
        source: serde_json::Error,
    },
    TooLarge {
        event: &'static str,
        size: usize,
    },
    /// All of them together.
    TooLargeTogether {
        size: usize,
        limit: usize,
    },
    LongId {
        size: usize,
    },
    /// What serde wrote it does not read.
    Unreadable {
        event: &'static str,
        source: serde_json::Error,
    },
}

/// How many of the largest events the events of one command may be together.
const TOGETHER: usize = 64;

/// The most bytes of an aggregate's id: it is in each row of its events, and in their index.
pub(super) const ID_SIZE: usize = 1 << 10;

impl Emitted {
    /// Of events of at most `limit` bytes each.
    pub(crate) fn within(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    pub(super) fn push<E: Event>(&mut self, target: Target, event: &E) {
        if self.error.is_some() {
            return;
        }
        let (name, schema_version) = (E::NAME, E::SCHEMA_VERSION);
        match event.encode_within(self.limit) {
            Ok(Ok(payload)) => match self.check::<E>(&target, &payload) {
                Ok(()) => self.events.push(EmittedEvent { target, name, schema_version, payload }),
                Err(error) => self.error = Some(error),
            },
            Ok(Err(size)) => self.error = Some(EmitError::TooLarge { event: name, size }),
            Err(source) => self.error = Some(EmitError::NotJson { event: name, source }),
        }
    }

    /// Notes the size of an event; one for another aggregate must be readable. One of the aggregate's own is read when it
    /// is applied, before anything is stored.
    fn check<E: Event>(&mut self, target: &Target, payload: &str) -> Result<(), EmitError> {
        self.size += payload.len();
        let limit = self.limit.saturating_mul(TOGETHER);
        if self.size > limit {
            return Err(EmitError::TooLargeTogether { size: self.size, limit });
        }
        let Target::Other { stream, .. } = target else { return Ok(()) };
        match stream.aggregate_id().len() {
            size if size > ID_SIZE => Err(EmitError::LongId { size }),
            _ => E::decode(payload).map(drop).map_err(|source| EmitError::Unreadable { event: E::NAME, source }),
        }
    }

    /// Records an event of the aggregate that decides.
    pub fn own<E: Event>(&mut self, event: &E) {
        self.push(Target::Own, event);
    }
}
