//! The aggregates that are kept in memory, one slot each.
//!
//! A slot's state is speculative: it includes decisions whose commit is under way. Each append carries the ticket of the
//! one that it was decided on, so when one fails, whatever was decided on it falls with it, and the slot is loaded anew.

use super::{CommandId, ticket::Ticket};
use crate::{aggregate::Aggregate, store::StreamId};
use std::{
    any::Any,
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
};

/// The place of one aggregate.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) signals: Arc<Signals>,
    /// A `tokio::sync::Mutex<Cached<A>>`, made by the first command, which knows the type.
    cell: OnceLock<Box<dyn Any + Send + Sync>>,
}

/// What the writer, and decisions of other aggregates, tell a slot.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    /// States of this generation and older ones include something that was not stored.
    invalid: AtomicU64,
    /// An append of another aggregate's command to this stream.
    foreign: Mutex<Option<Arc<Ticket>>>,
    /// The bytes of events that the state stands for.
    weight: AtomicUsize,
    /// Used since the cache last looked.
    used: AtomicBool,
}

/// What a slot holds.
#[derive(Debug)]
pub(crate) struct Cached<A> {
    /// Rises with each load.
    pub(crate) generation: u64,
    pub(crate) loaded: Option<Loaded<A>>,
    /// The command ids that are under way.
    ids: HashMap<CommandId, Arc<Ticket>>,
}

/// An aggregate in memory.
#[derive(Debug)]
pub(crate) struct Loaded<A> {
    pub(crate) state: A,
    pub(crate) version: u64,
    /// The last decision that the state includes; none where it is as stored.
    pub(crate) last: Option<Arc<Ticket>>,
}

impl Signals {
    /// Says that states of `generation` include something that was not stored.
    pub(crate) fn invalidate(&self, generation: u64) {
        self.invalid.fetch_max(generation, Ordering::AcqRel);
    }

    /// Says that another aggregate's command appends to this stream.
    pub(crate) fn announce(&self, ticket: &Arc<Ticket>) {
        *self.foreign.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(ticket));
    }

    pub(crate) fn take_foreign(&self) -> Option<Arc<Ticket>> {
        self.foreign.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) fn weigh(&self, bytes: usize) {
        self.weight.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn add_weight(&self, bytes: usize) {
        self.weight.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl<A> Cached<A> {
    fn new() -> Self {
        Self { generation: 0, loaded: None, ids: HashMap::new() }
    }

    /// Forgets the state where it includes something that was not stored.
    pub(crate) fn forget_invalid(&mut self, signals: &Signals) {
        if self.loaded.is_some() && signals.invalid.load(Ordering::Acquire) >= self.generation {
            self.loaded = None;
        }
    }

    /// Begins a load, whose state no earlier failure concerns.
    pub(crate) fn begin_generation(&mut self, signals: &Signals) {
        self.generation = self.generation.max(signals.invalid.load(Ordering::Acquire)) + 1;
    }

    /// The ticket of a command with this id that is under way.
    pub(crate) fn under_way(&self, id: CommandId) -> Option<Arc<Ticket>> {
        self.ids.get(&id).filter(|ticket| !ticket.is_settled()).cloned()
    }

    pub(crate) fn remember(&mut self, id: CommandId, ticket: &Arc<Ticket>) {
        if self.ids.len() >= 64 {
            self.ids.retain(|_, ticket| !ticket.is_settled());
        }
        self.ids.insert(id, Arc::clone(ticket));
    }
}

impl<A> Loaded<A> {
    /// Whether everything that the state includes is stored.
    pub(crate) fn is_as_stored(&self) -> bool {
        self.last.as_ref().is_none_or(|ticket| ticket.fate().is_some_and(super::ticket::Fate::is_stored))
    }
}

impl Slot {
    fn new() -> Self {
        Self { signals: Arc::default(), cell: OnceLock::new() }
    }

    /// The state; none where the name of the aggregate's type is used by two types.
    pub(crate) fn cell<A: Aggregate>(&self) -> Option<&tokio::sync::Mutex<Cached<A>>> {
        self.signals.used.store(true, Ordering::Relaxed);
        self.cell.get_or_init(|| Box::new(tokio::sync::Mutex::new(Cached::<A>::new()))).downcast_ref()
    }
}

/// The slots, bounded by their number and weight. What is in use is never dropped.
#[derive(Debug)]
pub(crate) struct Cache {
    slots: Mutex<Slots>,
    most: usize,
    most_bytes: usize,
}

#[derive(Debug, Default)]
struct Slots {
    by_stream: HashMap<StreamId, Arc<Slot>>,
    /// In the order in which they are considered for removal (the "clock" algorithm: F. J. Corbató, "A Paging
    /// Experiment with the Multics System", 1968).
    clock: VecDeque<StreamId>,
}

impl Cache {
    pub(crate) fn new(most: usize, most_bytes: usize) -> Self {
        Self { slots: Mutex::default(), most, most_bytes }
    }

    /// The slot of `stream`.
    pub(crate) fn slot(&self, stream: &StreamId) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.by_stream.get(stream) {
            return Arc::clone(slot);
        }
        let slot = Arc::new(Slot::new());
        slots.by_stream.insert(stream.clone(), Arc::clone(&slot));
        slots.clock.push_back(stream.clone());
        if slots.by_stream.len() > self.most {
            slots.shrink(self.most, usize::MAX);
        }
        slot
    }

    /// Drops idle slots where they weigh too much. Called now and then, because weighing looks at all of them.
    pub(crate) fn trim(&self) {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).shrink(self.most, self.most_bytes);
    }
}

impl Slots {
    fn shrink(&mut self, most: usize, most_bytes: usize) {
        let weigh = |slot: &Arc<Slot>| slot.signals.weight.load(Ordering::Relaxed);
        let mut bytes = match most_bytes {
            usize::MAX => 0,
            _ => self.by_stream.values().map(weigh).sum(),
        };
        // Twice around: the first time may only clear the marks.
        for _ in 0..self.clock.len() * 2 {
            if self.by_stream.len() <= most && bytes <= most_bytes {
                return;
            }
            let Some(stream) = self.clock.pop_front() else { return };
            let Some(slot) = self.by_stream.get(&stream) else { continue };
            if Arc::strong_count(slot) > 1 || slot.signals.used.swap(false, Ordering::Relaxed) {
                self.clock.push_back(stream);
            } else {
                bytes = bytes.saturating_sub(weigh(slot));
                self.by_stream.remove(&stream);
            }
        }
    }
}
