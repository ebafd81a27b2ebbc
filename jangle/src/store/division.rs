//! How the lanes of a handler are divided among ranges of partitions: the same for every store.

use super::{Generation, Owner, PartitionRange, lease::Lease};
use crate::{Timestamp, event::EventId};
use std::sync::Arc;

/// A wish for how the lanes of a handler are divided.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let generation = store.prepare(vec![BALANCES]).await?[0];
/// let halves = vec![PartitionRange { first: 0, last: 31 }, PartitionRange { first: 32, last: 63 }];
/// let division = Division { ranges: halves.clone(), ..division(generation) };
/// assert_eq!(store.divide(division).await?, Divided::Into(halves));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Division {
    /// The generation of the view that they fill; [`Generation::NONE`] for a reaction.
    pub generation: Generation,
    /// The handler's id.
    pub handler: Arc<str>,
    /// The id that it had: its progress is renamed, once nobody owns it.
    pub formerly: Option<Arc<str>>,
    /// The name of the events that it takes.
    pub follows: Arc<str>,
    /// The ranges, in order and without gaps.
    pub ranges: Vec<PartitionRange>,
    /// Where the handler begins that the store has not seen: the position up to which it has nothing to do.
    pub begin_at: u64,
    /// Who asks.
    pub owner: Owner,
    /// The time now.
    pub now: Timestamp,
}

/// The answer to a [`Division`].
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let generation = store.prepare(vec![BALANCES]).await?[0];
/// let divided = store.divide(division(generation)).await?;
/// assert_eq!(divided, Divided::Into(vec![PartitionRange::ALL]));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Divided {
    /// The ranges that there are now, in order. What somebody owns stays as it is, and ranges that stand at different
    /// positions stay apart.
    Into(Vec<PartitionRange>),
    /// The progress is still owned under the handler's former id.
    Taken {
        /// Until when.
        until: Timestamp,
    },
    /// A newer program gave the handler another id, and has its progress.
    Renamed {
        /// Which.
        to: Arc<str>,
    },
}

/// A lane of the handler that is divided.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) partitions: PartitionRange,
    pub(super) checkpoint: u64,
    pub(super) event: Option<EventId>,
    pub(super) follows: Arc<str>,
    pub(super) lease: Lease,
    /// Whether nobody owns it.
    pub(super) is_free: bool,
}

impl Part {
    /// All partitions of a handler that the store has not seen.
    pub(super) fn first(division: &Division) -> Self {
        Self {
            partitions: PartitionRange::ALL,
            checkpoint: division.begin_at,
            event: None,
            follows: Arc::clone(&division.follows),
            lease: Lease::none(),
            is_free: true,
        }
    }

    fn cut(self, ranges: &[PartitionRange]) -> Vec<Self> {
        let shared: Vec<_> = ranges.iter().filter_map(|range| range.shared(self.partitions)).collect();
        if !self.is_free || shared.len() < 2 {
            return vec![self];
        }
        let lease = self.lease.given_up();
        shared.into_iter().map(|partitions| Self { partitions, lease, ..self.clone() }).collect()
    }

    /// Both as one, if that is what is wished and nothing is lost by it.
    fn joined(&self, next: &Self, ranges: &[PartitionRange]) -> Option<Self> {
        let partitions = PartitionRange { first: self.partitions.first, last: next.partitions.last };
        let joins = self.is_free
            && next.is_free
            && self.checkpoint == next.checkpoint
            && self.follows == next.follows
            && ranges.iter().any(|range| range.shared(partitions) == Some(partitions));
        let lease = if self.lease.epoch > next.lease.epoch { self.lease } else { next.lease };
        joins.then(|| Self { partitions, event: self.event.or(next.event), lease: lease.given_up(), ..self.clone() })
    }
}

/// Cuts what is free at the borders of `ranges`, and joins what is free, adjacent and equally far within one of them.
/// `parts` are in order, and so is what is answered.
pub(super) fn divide(parts: Vec<Part>, ranges: &[PartitionRange]) -> Vec<Part> {
    let mut divided: Vec<Part> = Vec::new();
    for part in parts.into_iter().flat_map(|part| part.cut(ranges)) {
        match divided.last().and_then(|last| last.joined(&part, ranges)) {
            Some(joined) => {
                divided.pop();
                divided.push(joined);
            }
            None => divided.push(part),
        }
    }
    divided
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(first: u8, last: u8, checkpoint: u64, is_free: bool) -> Part {
        Part {
            partitions: PartitionRange { first, last },
            checkpoint,
            event: None,
            follows: "opened".into(),
            lease: Lease { epoch: 3, ..Lease::none() },
            is_free,
        }
    }

    fn shape(parts: &[Part]) -> Vec<(u8, u8, u64, u64)> {
        let shape = |part: &Part| (part.partitions.first, part.partitions.last, part.checkpoint, part.lease.epoch);
        parts.iter().map(shape).collect()
    }

    #[test]
    fn what_is_free_is_cut_with_a_new_epoch() {
        let divided = divide(vec![part(0, 63, 7, true)], &PartitionRange::parts(3));
        assert_eq!(shape(&divided), [(0, 20, 7, 4), (21, 41, 7, 4), (42, 63, 7, 4)]);
    }

    #[test]
    fn what_is_owned_stays_as_it_is() {
        let parts = vec![part(0, 63, 7, false)];
        assert_eq!(divide(parts.clone(), &PartitionRange::parts(4)), parts);
        let halves = vec![part(0, 31, 7, true), part(32, 63, 7, false)];
        assert_eq!(divide(halves.clone(), &PartitionRange::parts(1)), halves);
    }

    #[test]
    fn only_equal_checkpoints_are_joined() {
        let parts = vec![part(0, 15, 7, true), part(16, 31, 7, true), part(32, 47, 8, true), part(48, 63, 8, true)];
        let divided = divide(parts, &PartitionRange::parts(1));
        assert_eq!(shape(&divided), [(0, 31, 7, 4), (32, 63, 8, 4)]);
    }

    #[test]
    fn every_division_covers_each_partition_once_and_changes_no_checkpoint() {
        for before in 1..=64 {
            for after in [1, 2, 3, 5, 16, 63, 64] {
                let ranges = PartitionRange::parts(before);
                let parts = ranges.iter().map(|range| part(range.first, range.last, u64::from(range.first / 2), true));
                let checkpoint = |parts: &[Part], partition| {
                    let mut with = parts.iter().filter(|part| part.partitions.contains(partition));
                    (with.next().map(|part| part.checkpoint), with.count())
                };
                let parts: Vec<_> = parts.collect();
                let divided = divide(parts.clone(), &PartitionRange::parts(after));
                for partition in 0..64 {
                    assert_eq!(checkpoint(&divided, partition), checkpoint(&parts, partition), "{before} to {after}");
                }
            }
        }
    }
}
