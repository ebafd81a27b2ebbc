//! The progress of handlers.

use crate::{
    Timestamp,
    event::EventId,
    store::{Claim, Claimed, Exception, ExceptionChange, LaneId, Move, Owner, lease::Lease},
};
use std::collections::{BTreeMap, HashMap};

/// All lanes.
#[derive(Default)]
pub(super) struct Lanes(HashMap<LaneId, Lane>);

struct Lane {
    lease: Lease,
    checkpoint: u64,
    event: Option<EventId>,
    exceptions: BTreeMap<u64, Exception>,
}

impl Lanes {
    pub(super) fn claim(&mut self, claim: Claim) -> Claimed {
        let lane = self.0.get(&claim.lane);
        if let Some(lane) = lane.filter(|lane| lane.lease.held_against(&claim).is_some()) {
            return Claimed::Taken { until: lane.lease.until };
        }
        let lease = lane.map_or_else(|| Lease::first(&claim), |lane| lane.lease.passed_on(&claim));
        let lane = self.0.entry(claim.lane).or_insert_with(|| Lane {
            lease,
            checkpoint: claim.begin_at,
            event: None,
            exceptions: BTreeMap::new(),
        });
        lane.lease = lease;
        Claimed::Owned {
            epoch: lease.epoch,
            checkpoint: lane.checkpoint,
            event: lane.event,
            exceptions: lane.exceptions.values().cloned().collect(),
        }
    }

    pub(super) fn renew(&mut self, owner: Owner, lanes: Vec<(LaneId, u64)>, until: Timestamp) -> Vec<LaneId> {
        let mut lost = Vec::new();
        for (id, epoch) in lanes {
            match self.0.get_mut(&id) {
                Some(lane) if lane.lease.owner == Some(owner) && lane.lease.epoch == epoch => lane.lease.until = until,
                _ => lost.push(id),
            }
        }
        lost
    }

    pub(super) fn release(&mut self, lanes: Vec<(LaneId, u64)>) {
        for (id, epoch) in lanes {
            if let Some(lane) = self.0.get_mut(&id).filter(|lane| lane.lease.epoch == epoch) {
                lane.lease.owner = None;
            }
        }
    }

    /// Whether all of `moves`, in their order, start from what is stored.
    pub(super) fn accepts(&self, moves: &[Move]) -> bool {
        let mut checkpoints = HashMap::new();
        let mut present = HashMap::new();
        moves.iter().all(|step| {
            let Some(lane) = self.0.get(&step.lane) else { return false };
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
            let Some(lane) = self.0.get_mut(&step.lane) else { continue };
            lane.checkpoint = step.to;
            lane.event = step.event.or(lane.event);
            for change in step.exceptions {
                match change {
                    ExceptionChange::Put(exception) => lane.exceptions.insert(exception.position, exception),
                    ExceptionChange::Remove(position) => lane.exceptions.remove(&position),
                };
            }
        }
    }
}
