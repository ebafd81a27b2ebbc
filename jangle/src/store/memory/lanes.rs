//! The progress of handlers.

use crate::{
    Timestamp,
    event::EventId,
    store::{
        Claim, Claimed, DeadLetterFilter, Divided, Division, Exception, ExceptionChange, ExceptionState, Generation,
        LaneId, LaneProgress, Move, Owner, PartitionRange, Remedy, StoredDeadLetter,
        division::{Part, divide},
        lease::Lease,
    },
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// All lanes.
#[derive(Default)]
pub(super) struct Lanes {
    lanes: BTreeMap<LaneId, Lane>,
    /// The former ids of handlers, and what they are now.
    renamed: HashMap<(Generation, Arc<str>), Arc<str>>,
}

struct Lane {
    lease: Lease,
    follows: Arc<str>,
    checkpoint: u64,
    event: Option<EventId>,
    exceptions: BTreeMap<u64, Exception>,
    /// What a person said is to be done about dead ones, by position.
    remedies: BTreeMap<u64, Remedy>,
}

impl Lane {
    fn new(part: &Part) -> Self {
        let Part { lease, follows, checkpoint, event, .. } = part.clone();
        Self { lease, follows, checkpoint, event, exceptions: BTreeMap::new(), remedies: BTreeMap::new() }
    }
}

impl Lanes {
    pub(super) fn divide(&mut self, division: Division) -> Divided {
        let handler = (division.generation, Arc::clone(&division.handler));
        let mut parts = self.parts(&handler, &division);
        if parts.is_empty() {
            let former = division.formerly.clone().map(|former| (division.generation, former));
            if let Some(former) = former.filter(|former| self.of(former).next().is_some()) {
                let old = self.parts(&former, &division);
                if let Some(until) = old.iter().filter(|part| !part.is_free).map(|part| part.lease.until).max() {
                    return Divided::Taken { until };
                }
                self.rename(&former, &handler);
                parts = self.parts(&handler, &division);
            } else if let Some(to) = self.renamed.get(&handler) {
                return Divided::Renamed { to: Arc::clone(to) };
            } else {
                parts.push(Part::first(&division));
            }
        }
        let divided = divide(parts, &division.ranges);
        self.reshape(&handler, &divided);
        Divided::Into(divided.into_iter().map(|part| part.partitions).collect())
    }

    /// The lanes of a handler, in order.
    fn of<'a>(&'a self, handler: &'a (Generation, Arc<str>)) -> impl Iterator<Item = (&'a LaneId, &'a Lane)> {
        let first = id(handler, PartitionRange { first: 0, last: 0 });
        self.lanes.range(first..).take_while(|(lane, _)| lane.generation == handler.0 && lane.handler == handler.1)
    }

    fn parts(&self, handler: &(Generation, Arc<str>), division: &Division) -> Vec<Part> {
        let part = |(id, lane): (&LaneId, &Lane)| Part {
            partitions: id.partitions,
            checkpoint: lane.checkpoint,
            event: lane.event,
            follows: Arc::clone(&lane.follows),
            lease: lane.lease,
            is_free: lane.lease.is_over(division.now),
        };
        self.of(handler).map(part).collect()
    }

    fn rename(&mut self, former: &(Generation, Arc<str>), handler: &(Generation, Arc<str>)) {
        let ids: Vec<_> = self.of(former).map(|(id, _)| id.clone()).collect();
        for old in ids {
            if let Some(mut lane) = self.lanes.remove(&old) {
                lane.lease = lane.lease.given_up();
                self.lanes.insert(id(handler, old.partitions), lane);
            }
        }
        self.renamed.remove(handler);
        self.renamed.insert(former.clone(), Arc::clone(&handler.1));
    }

    /// Makes the lanes of a handler those of `parts`; exceptions go with their partitions.
    fn reshape(&mut self, handler: &(Generation, Arc<str>), parts: &[Part]) {
        let is_kept = |lane: &LaneId| parts.iter().any(|part| part.partitions == lane.partitions);
        let gone: Vec<_> = self.of(handler).map(|(id, _)| id.clone()).filter(|id| !is_kept(id)).collect();
        let gone: Vec<_> = gone.iter().filter_map(|id| self.lanes.remove(id)).collect();
        let remedies: BTreeMap<_, _> = gone.iter().flat_map(|lane| lane.remedies.clone()).collect();
        let mut exceptions: Vec<_> = gone.into_iter().flat_map(|lane| lane.exceptions).collect();
        for part in parts {
            let id = id(handler, part.partitions);
            let lane = self.lanes.entry(id).or_insert_with(|| Lane::new(part));
            let moved = exceptions.extract_if(.., |(_, exception)| part.partitions.contains(exception.partition));
            for (position, exception) in moved {
                lane.exceptions.insert(position, exception);
                lane.remedies.extend(remedies.get(&position).map(|remedy| (position, *remedy)));
            }
        }
    }

    pub(super) fn claim(&mut self, claim: Claim) -> Claimed {
        let handler = (claim.lane.generation, Arc::clone(&claim.lane.handler));
        let lane = self.lanes.get(&claim.lane);
        match lane {
            Some(lane) if lane.lease.held_against(&claim).is_some() => {
                return Claimed::Taken { until: lane.lease.until };
            }
            Some(lane) if !claim.knows_all(&lane.follows) => {
                return Claimed::Newer { follows: Arc::clone(&lane.follows) };
            }
            // A newer program may have given the handler another id: whoever knows it by this one is told when it divides.
            None if self.renamed.contains_key(&handler) => return Claimed::Divided,
            None if self.of(&handler).any(|(id, _)| id.partitions.shared(claim.lane.partitions).is_some()) => {
                return Claimed::Divided;
            }
            _ => {}
        }
        let lease = lane.map_or_else(|| Lease::first(&claim), |lane| lane.lease.passed_on(&claim));
        let lane = self.lanes.entry(claim.lane).or_insert_with(|| Lane {
            lease,
            follows: Arc::clone(&claim.follows),
            checkpoint: claim.begin_at,
            event: None,
            exceptions: BTreeMap::new(),
            remedies: BTreeMap::new(),
        });
        lane.lease = lease;
        lane.follows = claim.follows;
        Claimed::Owned {
            epoch: lease.epoch,
            checkpoint: lane.checkpoint,
            event: lane.event,
            exceptions: lane.exceptions.values().cloned().collect(),
        }
    }

    pub(super) fn progress(&self) -> Vec<LaneProgress> {
        let progress = |(id, lane): (&LaneId, &Lane)| {
            let first = |dead: bool| {
                lane.exceptions.values().find(|exception| (exception.state == ExceptionState::Dead) == dead)
            };
            LaneProgress {
                lane: id.clone(),
                owner: lane.lease.owner,
                checkpoint: lane.checkpoint,
                waiting: first(false).map(|exception| exception.position),
                dead: first(true).map(|exception| (exception.position, exception.error.clone())),
            }
        };
        self.lanes.iter().map(progress).collect()
    }

    pub(super) fn dead_letters(&self, filter: &DeadLetterFilter) -> Vec<StoredDeadLetter> {
        let letters = self.lanes.iter().flat_map(|(id, lane)| {
            lane.exceptions.values().filter(|exception| exception.state == ExceptionState::Dead).map(|exception| {
                let remedy = lane.remedies.get(&exception.position).copied();
                StoredDeadLetter { lane: id.clone(), exception: exception.clone(), remedy }
            })
        });
        let mut letters: Vec<_> = letters
            .filter(|letter| {
                let position = letter.exception.position;
                position > filter.after
                    && filter.position.is_none_or(|meant| position == meant)
                    && filter.handler.as_ref().is_none_or(|handler| letter.lane.handler == *handler)
                    && (letter.remedy.is_some() || !filter.with_remedy)
            })
            .collect();
        letters.sort_by(|a, b| {
            let order =
                |of: &StoredDeadLetter| (of.exception.position, Arc::clone(&of.lane.handler), of.lane.generation);
            order(a).cmp(&order(b))
        });
        letters.truncate(filter.limit);
        letters
    }

    pub(super) fn remedy(&mut self, handler: &str, position: Option<u64>, remedy: Remedy) -> u64 {
        let mut changed = 0;
        for (_, lane) in self.lanes.iter_mut().filter(|(id, _)| *id.handler == *handler) {
            for exception in lane.exceptions.values().filter(|exception| exception.state == ExceptionState::Dead) {
                if position.is_none_or(|meant| exception.position == meant) {
                    lane.remedies.insert(exception.position, remedy);
                    changed += 1;
                }
            }
        }
        changed
    }

    pub(super) fn renew(&mut self, owner: Owner, lanes: Vec<(LaneId, u64)>, until: Timestamp) -> Vec<LaneId> {
        let mut lost = Vec::new();
        for (id, epoch) in lanes {
            match self.lanes.get_mut(&id) {
                Some(lane) if lane.lease.owner == Some(owner) && lane.lease.epoch == epoch => lane.lease.until = until,
                _ => lost.push(id),
            }
        }
        lost
    }

    pub(super) fn release(&mut self, lanes: Vec<(LaneId, u64)>) {
        for (id, epoch) in lanes {
            if let Some(lane) = self.lanes.get_mut(&id).filter(|lane| lane.lease.epoch == epoch) {
                lane.lease.owner = None;
            }
        }
    }

    /// Whether all of `moves`, in their order, start from what is stored.
    pub(super) fn accepts(&self, moves: &[Move]) -> bool {
        let mut checkpoints = HashMap::new();
        let mut present = HashMap::new();
        moves.iter().all(|step| {
            let Some(lane) = self.lanes.get(&step.lane) else { return false };
            let checkpoint = checkpoints.insert(&step.lane, step.to).unwrap_or(lane.checkpoint);
            let moves = lane.lease.epoch == step.epoch && checkpoint == step.from && step.to >= step.from;
            moves
                && step.exceptions.iter().all(|change| match change {
                    ExceptionChange::Put(exception) => {
                        present.insert((&step.lane, exception.position), true);
                        true
                    }
                    ExceptionChange::Remove(position) => present
                        .insert((&step.lane, *position), false)
                        .unwrap_or_else(|| lane.exceptions.contains_key(position)),
                })
        })
    }

    /// Carries out moves that are accepted.
    pub(super) fn apply(&mut self, moves: Vec<Move>) {
        for step in moves {
            let Some(lane) = self.lanes.get_mut(&step.lane) else { continue };
            lane.checkpoint = step.to;
            lane.event = step.event.or(lane.event);
            for change in step.exceptions {
                lane.remedies.remove(match &change {
                    ExceptionChange::Put(exception) => &exception.position,
                    ExceptionChange::Remove(position) => position,
                });
                match change {
                    ExceptionChange::Put(exception) => lane.exceptions.insert(exception.position, exception),
                    ExceptionChange::Remove(position) => lane.exceptions.remove(&position),
                };
            }
        }
    }
}

fn id(handler: &(Generation, Arc<str>), partitions: PartitionRange) -> LaneId {
    LaneId { generation: handler.0, handler: Arc::clone(&handler.1), partitions }
}
