//! Sagas: what they have seen, what they wait for, and what they are about to do.

use super::{BoxFuture, StoreError, StoredEvent};
use crate::{Timestamp, event::EventId};
use std::{fmt, sync::Arc};

/// Which saga.
///
/// ```
/// use jangle::store::SagaId;
/// let checkout = SagaId::new("checkout", "order-7");
/// assert_eq!((checkout.saga(), checkout.id()), ("checkout", "order-7"));
/// assert_eq!(checkout.to_string(), "checkout `order-7`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SagaId {
    saga: Arc<str>,
    id: Arc<str>,
}

impl SagaId {
    /// The saga of this type with this id.
    ///
    /// ```
    /// use jangle::store::SagaId;
    /// let checkout = SagaId::new("checkout", "order-7");
    /// # let _ = checkout;
    /// ```
    pub fn new(saga: impl Into<Arc<str>>, id: impl Into<Arc<str>>) -> Self {
        Self { saga: saga.into(), id: id.into() }
    }

    /// The name of its type.
    ///
    /// ```
    /// use jangle::store::SagaId;
    /// assert_eq!(SagaId::new("checkout", "order-7").saga(), "checkout");
    /// ```
    pub fn saga(&self) -> &str {
        &self.saga
    }

    /// Its id.
    ///
    /// ```
    /// use jangle::store::SagaId;
    /// assert_eq!(SagaId::new("checkout", "order-7").id(), "order-7");
    /// ```
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for SagaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.saga, self.id)
    }
}

/// How a saga stands.
///
/// ```
/// use jangle::store::SagaStatus;
/// assert_eq!(SagaStatus::Completed.to_string(), "completed");
/// assert_eq!("stuck".parse::<SagaStatus>(), Ok(SagaStatus::Stuck));
/// assert!(SagaStatus::Failed.is_over() && !SagaStatus::Stuck.is_over());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SagaStatus {
    /// Events came for it, but none that starts it.
    Waiting,
    /// It has something to do, or a deadline.
    Running,
    /// It has reached what it was for.
    Completed,
    /// It has not, and what could be undone is.
    Failed,
    /// Nothing is pending, it is not over, and there is no deadline; or it gave up after its last attempt.
    Stuck,
    /// A person ended it.
    Abandoned,
}

impl SagaStatus {
    /// All there are.
    pub(crate) const ALL: [Self; 6] =
        [Self::Waiting, Self::Running, Self::Completed, Self::Failed, Self::Stuck, Self::Abandoned];

    /// As it is stored and shown.
    ///
    /// ```
    /// use jangle::store::SagaStatus;
    /// assert_eq!(SagaStatus::Running.as_str(), "running");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Stuck => "stuck",
            Self::Abandoned => "abandoned",
        }
    }

    /// Whether it does nothing any more, whatever comes.
    ///
    /// ```
    /// use jangle::store::SagaStatus;
    /// assert!(SagaStatus::Completed.is_over());
    /// ```
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Abandoned)
    }
}

impl fmt::Display for SagaStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for SagaStatus {
    type Err = SagaStatusError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| SagaStatusError { text: text.to_owned() })
    }
}

/// A text that is no [`SagaStatus`].
///
/// ```
/// use jangle::store::SagaStatus;
/// let error = "done".parse::<SagaStatus>().unwrap_err();
/// assert!(error.to_string().starts_with("`done` is not the status of a saga"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not the status of a saga: waiting, running, completed, failed, stuck or abandoned")]
pub struct SagaStatusError {
    text: String,
}

/// A saga as it is stored.
///
/// ```
#[doc = include_str!("../../doc/saga_store.txt")]
/// let stored = store.load_saga(checkout).await?.expect("an event came for it");
/// assert_eq!((stored.status, stored.version), (SagaStatus::Waiting, 0));
/// assert_eq!((stored.events.len(), stored.inbox.len()), (0, 1));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSaga {
    /// Which.
    pub id: SagaId,
    /// How often it was saved.
    pub version: u64,
    /// How many events came for it.
    pub arrived: u64,
    /// How it stands.
    pub status: SagaStatus,
    /// What it is about to do: text that only the runtime reads. Empty until it is saved.
    pub progress: String,
    /// What went wrong last.
    pub error: Option<String>,
    /// When it has something to do.
    pub wake_at: Option<Timestamp>,
    /// Its deadline.
    pub deadline_at: Option<Timestamp>,
    /// When it was stored first.
    pub created_at: Timestamp,
    /// When it was saved last.
    pub changed_at: Timestamp,
    /// What it has seen, in that order. Its own events have the position 0.
    pub events: Vec<StoredEvent>,
    /// What came for it and it has not seen, by position.
    pub inbox: Vec<StoredEvent>,
}

/// What a saga has next in its record.
///
/// ```
/// use jangle::{event::EventId, store::SagaEntry};
/// use uuid::Uuid;
/// let seen = SagaEntry::Seen(EventId::from_uuid(Uuid::from_u128(1)));
/// # let _ = seen;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "a save has a few entries, and most of them are own events")]
pub enum SagaEntry {
    /// An event of its inbox, which leaves the inbox.
    Seen(EventId),
    /// An event of its own. One whose id the saga has already refuses the save.
    Own(StoredEvent),
}

/// A change of a saga.
///
/// ```
#[doc = include_str!("../../doc/saga_store.txt")]
/// let saved = store.save_saga(save(&checkout)).await?;
/// assert!(saved);
/// // It has another version now.
/// assert!(!store.save_saga(save(&checkout)).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SaveSaga {
    /// Which.
    pub id: SagaId,
    /// The version that it has.
    pub version: u64,
    /// How many events had come when it was loaded. Where more have, it has something to do at once.
    pub arrived: u64,
    /// How it stands.
    pub status: SagaStatus,
    /// What it is about to do.
    pub progress: String,
    /// What went wrong last.
    pub error: Option<String>,
    /// When it has something to do; none where it rests until an event comes.
    pub wake_at: Option<Timestamp>,
    /// Its deadline.
    pub deadline_at: Option<Timestamp>,
    /// The position of the first event from which something is still to follow; none where it rests.
    pub held_from: Option<u64>,
    /// What its record gets, in this order.
    pub entries: Vec<SagaEntry>,
    /// Events that leave its inbox unseen.
    pub dropped: Vec<EventId>,
    /// The time now.
    pub now: Timestamp,
}

/// The sagas of a type that have something to do.
///
/// ```
#[doc = include_str!("../../doc/saga_store.txt")]
/// let due = store.due_sagas("checkout".into(), now, 10).await?;
/// assert_eq!((due.sagas, due.held_from), (vec![checkout], Some(1)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DueSagas {
    /// Those that have something to do now, the longest waiting first.
    pub sagas: Vec<SagaId>,
    /// When the next one has, later than now.
    pub next: Option<Timestamp>,
    /// The position of the first event from which something is still to follow.
    pub held_from: Option<u64>,
}

/// Which sagas are listed.
///
/// ```
#[doc = include_str!("../../doc/saga_store.txt")]
/// use jangle::store::SagaFilter;
/// let waiting = SagaFilter { status: Some(SagaStatus::Waiting), ..SagaFilter::default() };
/// assert_eq!(store.list_sagas(waiting).await?.len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SagaFilter {
    /// Of this type.
    pub saga: Option<Arc<str>>,
    /// That stand so.
    pub status: Option<SagaStatus>,
    /// That come after this one, in the order of type and id.
    pub after: Option<SagaId>,
    /// How many at most.
    pub limit: usize,
}

impl Default for SagaFilter {
    fn default() -> Self {
        Self { saga: None, status: None, after: None, limit: 100 }
    }
}

/// A saga in a list.
///
/// ```
#[doc = include_str!("../../doc/saga_store.txt")]
/// let listed = store.list_sagas(jangle::store::SagaFilter::default()).await?;
/// assert_eq!((&listed[0].id, listed[0].status), (&checkout, SagaStatus::Waiting));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SagaSummary {
    /// Which.
    pub id: SagaId,
    /// How it stands.
    pub status: SagaStatus,
    /// What went wrong last.
    pub error: Option<String>,
    /// When it has something to do.
    pub wake_at: Option<Timestamp>,
    /// Its deadline.
    pub deadline_at: Option<Timestamp>,
    /// When it was stored first.
    pub created_at: Timestamp,
    /// When it was saved last.
    pub changed_at: Timestamp,
}

/// Keeps sagas.
///
/// ```
#[doc = include_str!("../../doc/saga_store.txt")]
/// assert!(store.load_saga(checkout).await?.is_some());
/// # Ok(())
/// # }
/// ```
pub trait SagaStore: Send + Sync + 'static {
    /// Puts events into the inboxes of sagas, which begin to be where they are not yet, and have something to do now.
    /// All of them, or none. Events that a saga has, in its record or its inbox, are passed over.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written.
    ///
    /// ```
    #[doc = include_str!("../../doc/saga_store.txt")]
    /// store.receive(vec![(checkout.clone(), event.clone()), (checkout.clone(), event)], now).await?;
    /// assert_eq!(store.load_saga(checkout).await?.unwrap().inbox.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    fn receive(&self, events: Vec<(SagaId, StoredEvent)>, now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The sagas of type `saga` that have something to do at `now`, at most `limit`; none while the type is rebuilt.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    ///
    /// ```
    #[doc = include_str!("../../doc/saga_store.txt")]
    /// assert_eq!(store.due_sagas("checkout".into(), now, 10).await?.sagas, [checkout]);
    /// # Ok(())
    /// # }
    /// ```
    fn due_sagas(&self, saga: Arc<str>, now: Timestamp, limit: usize) -> BoxFuture<'_, Result<DueSagas, StoreError>>;

    /// The saga with its events; none where no event came for it.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    ///
    /// ```
    #[doc = include_str!("../../doc/saga_store.txt")]
    /// assert!(store.load_saga(SagaId::new("checkout", "order-8")).await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    fn load_saga(&self, id: SagaId) -> BoxFuture<'_, Result<Option<StoredSaga>, StoreError>>;

    /// Saves a change, all of it or nothing. Whether the saga had the version that the change is for, and none of the
    /// own events that it adds.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written.
    ///
    /// ```
    #[doc = include_str!("../../doc/saga_store.txt")]
    /// assert!(store.save_saga(save(&checkout)).await?);
    /// assert_eq!(store.load_saga(checkout).await?.unwrap().version, 1);
    /// # Ok(())
    /// # }
    /// ```
    fn save_saga(&self, save: SaveSaga) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Sagas, in the order of type and id.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    ///
    /// ```
    #[doc = include_str!("../../doc/saga_store.txt")]
    /// assert_eq!(store.list_sagas(jangle::store::SagaFilter::default()).await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    fn list_sagas(&self, filter: SagaFilter) -> BoxFuture<'_, Result<Vec<SagaSummary>, StoreError>>;

    /// Forgets all sagas of type `saga`, and lets none of them have anything to do until [`end_rebuild`] is called.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written.
    ///
    /// ```
    #[doc = include_str!("../../doc/saga_store.txt")]
    /// store.begin_rebuild("checkout".into()).await?;
    /// store.receive(vec![(checkout.clone(), event)], now).await?;
    /// assert!(store.due_sagas("checkout".into(), now, 10).await?.sagas.is_empty());
    /// store.end_rebuild("checkout".into()).await?;
    /// assert_eq!(store.due_sagas("checkout".into(), now, 10).await?.sagas, [checkout]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`end_rebuild`]: Self::end_rebuild
    fn begin_rebuild(&self, saga: Arc<str>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Lets the sagas of type `saga` go on.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written.
    ///
    /// ```
    #[doc = include_str!("../../doc/saga_store.txt")]
    /// store.end_rebuild("checkout".into()).await?;
    /// assert_eq!(store.due_sagas("checkout".into(), now, 10).await?.sagas, [checkout]);
    /// # Ok(())
    /// # }
    /// ```
    fn end_rebuild(&self, saga: Arc<str>) -> BoxFuture<'_, Result<(), StoreError>>;
}
