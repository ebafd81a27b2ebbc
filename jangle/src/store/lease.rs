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
    /// The first one on a lane.
    pub(super) fn first(claim: &Claim) -> Self {
        Self { owner: Some(claim.owner), epoch: 1, until: claim.until }
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
