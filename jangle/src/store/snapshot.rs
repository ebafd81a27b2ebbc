//! Snapshots: a cache of aggregates' states.

use super::{BoxFuture, StoreError, StreamId};
use crate::event::EventId;
use uuid::Uuid;

/// The state of an aggregate at a version.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// let account = StreamId::new("account", "25");
/// let event = EventId::from_uuid(Uuid::from_u128(25));
/// let snapshot = Snapshot { version: 10, event, fingerprint: Uuid::from_u128(7), state: vec![1, 2, 3] };
/// store.save(account.clone(), snapshot.clone()).await?;
/// assert_eq!(store.load(account).await?, Some(snapshot));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The version that the state has.
    pub version: u64,
    /// The event at this version; in another history there is another one.
    pub event: EventId,
    /// Which code wrote it; other code discards it.
    pub fingerprint: Uuid,
    /// The state.
    pub state: Vec<u8>,
}

/// Keeps at most one snapshot for each stream.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// let account = StreamId::new("account", "25");
/// let event = EventId::from_uuid(Uuid::from_u128(25));
/// let snapshot = Snapshot { version: 10, event, fingerprint: Uuid::from_u128(7), state: vec![1, 2, 3] };
/// store.save(account.clone(), snapshot.clone()).await?;
/// store.discard(account.clone()).await?;
/// assert_eq!(store.load(account).await?, None);
/// # Ok(())
/// # }
/// ```
pub trait SnapshotStore: Send + Sync + 'static {
    /// Keeps `snapshot`, unless there is one with the same fingerprint and at least its version.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written. A snapshot is a cache: without it, rebuilding takes longer.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// let account = StreamId::new("account", "25");
    /// let event = EventId::from_uuid(Uuid::from_u128(25));
    /// let snapshot = Snapshot { version: 10, event, fingerprint: Uuid::from_u128(7), state: vec![1, 2, 3] };
    /// store.save(account.clone(), snapshot.clone()).await?;
    ///
    /// let older = Snapshot { version: 5, ..snapshot };
    /// store.save(account.clone(), older).await?;
    /// assert_eq!(store.load(account).await?.map(|kept| kept.version), Some(10));
    /// # Ok(())
    /// # }
    /// ```
    fn save(&self, stream: StreamId, snapshot: Snapshot) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The snapshot of `stream`.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// assert_eq!(store.load(StreamId::new("account", "25")).await?, None);
    /// # Ok(())
    /// # }
    /// ```
    fn load(&self, stream: StreamId) -> BoxFuture<'_, Result<Option<Snapshot>, StoreError>>;

    /// Removes the snapshot of `stream`, if there is one.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// store.discard(StreamId::new("account", "25")).await?;
    /// # Ok(())
    /// # }
    /// ```
    fn discard(&self, stream: StreamId) -> BoxFuture<'_, Result<(), StoreError>>;
}
