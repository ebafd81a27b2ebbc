//! Virtual partitions: the shares in which handlers divide all events.

use super::StreamId;
use std::ops::RangeInclusive;

/// How many partitions there are, in every store.
pub const PARTITIONS: u8 = 64;

/// The partition of a stream: FNV-1a (64 bits) over the aggregate's type, a zero byte and its id, its halves XORed and
/// cut to six bits. Fixed for ever, because stored progress depends on it.
///
/// The highest bits alone would not do: the last bytes of an id hardly reach them, and accounts 1 to 99 would share two
/// partitions.
///
/// Source: Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm" (draft-eastlake-fnv).
///
/// ```
/// use jangle::store::{StreamId, partition_of};
/// assert_eq!(partition_of(&StreamId::new("account", "25")), 4);
/// ```
pub fn partition_of(stream: &StreamId) -> u8 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let bytes = stream.aggregate_type().bytes().chain([0]).chain(stream.aggregate_id().bytes());
    let hash = bytes.fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    (((hash >> 32) ^ hash) % u64::from(PARTITIONS)) as u8
}

/// A range of partitions, both ends included.
///
/// ```
/// use jangle::store::{PARTITIONS, PartitionRange};
/// let first_half = PartitionRange { first: 0, last: PARTITIONS / 2 - 1 };
/// assert!(first_half.contains(31) && !first_half.contains(32));
/// assert!((0..PARTITIONS).all(|partition| PartitionRange::ALL.contains(partition)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartitionRange {
    /// The first partition.
    pub first: u8,
    /// The last one.
    pub last: u8,
}

impl PartitionRange {
    /// All partitions.
    pub const ALL: Self = Self { first: 0, last: PARTITIONS - 1 };

    /// All partitions in `count` ranges of about equal size, in order; at least one, and at most one a partition.
    ///
    /// ```
    /// use jangle::store::PartitionRange;
    /// assert_eq!(PartitionRange::parts(1), [PartitionRange::ALL]);
    /// let thirds: Vec<_> = PartitionRange::parts(3).iter().map(|range| (range.first, range.last)).collect();
    /// assert_eq!(thirds, [(0, 20), (21, 41), (42, 63)]);
    /// ```
    pub fn parts(count: usize) -> Vec<Self> {
        let count = count.clamp(1, usize::from(PARTITIONS)) as u16;
        let border = |part: u16| (part * u16::from(PARTITIONS) / count) as u8;
        (0..count).map(|part| Self { first: border(part), last: border(part + 1) - 1 }).collect()
    }

    /// The partitions that are in both; none where there are none.
    ///
    /// ```
    /// use jangle::store::PartitionRange;
    /// let (low, high) = (PartitionRange { first: 0, last: 40 }, PartitionRange { first: 30, last: 63 });
    /// assert_eq!(low.shared(high), Some(PartitionRange { first: 30, last: 40 }));
    /// assert_eq!(low.shared(PartitionRange { first: 41, last: 63 }), None);
    /// ```
    pub fn shared(self, other: Self) -> Option<Self> {
        let both = Self { first: self.first.max(other.first), last: self.last.min(other.last) };
        (both.first <= both.last).then_some(both)
    }

    /// Whether `partition` is in it.
    pub fn contains(self, partition: u8) -> bool {
        RangeInclusive::new(self.first, self.last).contains(&partition)
    }
}
