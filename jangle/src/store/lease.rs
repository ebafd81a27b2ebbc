//! Who may take a lane: the same for every store.

use super::{Claim, Owner};
use crate::Timestamp;

/// The lease on a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lease {
    /// The owner; none since it was given back.
    pub(super) owner: Option<Owner>,
    /// Grows with each owner, and never falls.
    pub(super) epoch: u64,
    /// Until when the owner has it.
    pub(super) until: Timestamp,
}

impl Lease {
    /// Of a lane that nobody has had.
    pub(super) const fn none() -> Self {
        Self { owner: None, epoch: 0, until: Timestamp::from_micros(0) }
    }

    /// Without an owner, and such that an earlier one can no longer write.
    pub(super) fn given_up(&self) -> Self {
        Self { owner: None, epoch: self.epoch + 1, until: self.until }
    }

    /// The first one on a lane.
    pub(super) fn first(claim: &Claim) -> Self {
        Self { owner: Some(claim.owner), epoch: 1, until: claim.until }
    }

    /// Whether nobody has the lane at `now`, as far as the time says.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.owner.is_none() || self.until <= now
    }

    /// Another owner than the claimant whose time is not over.
    pub(super) fn held_against(&self, claim: &Claim) -> Option<Owner> {
        self.owner.filter(|owner| *owner != claim.owner && self.until > claim.now)
    }

    /// The lease with the claimant as its next owner.
    pub(super) fn passed_on(&self, claim: &Claim) -> Self {
        Self { owner: Some(claim.owner), epoch: self.epoch + 1, until: claim.until }
    }
}
