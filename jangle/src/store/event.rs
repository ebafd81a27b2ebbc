//! Stored events, and what keeps them.

use super::{Append, AppendResult, BoxFuture, StoreError, StoredReceipt};
use crate::{
    Timestamp,
    command::CommandId,
    event::{EventId, Metadata},
};
use std::{fmt, sync::Arc};

/// Names a stream of events: one aggregate.
///
/// ```
/// use jangle::store::StreamId;
/// let stream = StreamId::new("account", "25");
/// assert_eq!((stream.aggregate_type(), stream.aggregate_id()), ("account", "25"));
/// assert_eq!(stream.to_string(), "account `25`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId {
    aggregate_type: Arc<str>,
    aggregate_id: Arc<str>,
}

impl StreamId {
    /// The stream of the aggregate of this type with this id.
    pub fn new(aggregate_type: impl Into<Arc<str>>, aggregate_id: impl Into<Arc<str>>) -> Self {
        Self { aggregate_type: aggregate_type.into(), aggregate_id: aggregate_id.into() }
    }

    /// The name of the aggregate's type.
    pub fn aggregate_type(&self) -> &str {
        &self.aggregate_type
    }

    /// Which one of that type.
    pub fn aggregate_id(&self) -> &str {
        &self.aggregate_id
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.aggregate_type, self.aggregate_id)
    }
}

/// An event as it is stored.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// let event = &store.read_all(0, 10).await?[0];
/// assert_eq!((event.version, event.position, &*event.name), (1, 1, "bank.deposited"));
/// assert_eq!(event.payload, r#"{"cents":100}"#);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// Its id.
    pub id: EventId,
    /// Whose it is.
    pub stream: StreamId,
    /// The stream's version after it, from 1 without holes.
    pub version: u64,
    /// Its place among all events. Positions rise in the order of commits; some may be missing.
    pub position: u64,
    /// The partition of its stream.
    pub partition: u8,
    /// The name of its type.
    pub name: Arc<str>,
    /// The version of its payload's schema.
    pub schema_version: u32,
    /// The event, as JSON.
    pub payload: String,
    /// Where it comes from.
    pub metadata: Metadata,
    /// When it was stored.
    pub recorded_at: Timestamp,
    /// When it happened in the business, if the sender said so.
    pub occurred_at: Option<Timestamp>,
}

/// Keeps events, and for each command id what became of it.
///
/// What every implementation must do is tested by [`store_conformance!`](crate::testing::store_conformance). In short:
/// [`append`](Self::append) is atomic and durable, versions of a stream have no holes, a command id has one receipt, and
/// no reader ever sees an event before all events at lower positions are either visible or will never be.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// assert_eq!(store.head().await?, 1);
/// store.append(vec![append(1, vec![deposited(50)])]).await?;
/// let events = store.read_stream(StreamId::new("account", "25"), 0, 100).await?;
/// assert_eq!(events.len(), 2);
/// # Ok(())
/// # }
/// ```
pub trait EventStore: Send + Sync + 'static {
    /// Decides a batch of appends in their order, in one transaction. Each is stored whole or not at all; one that
    /// fails takes with it those of the batch that depend on it, and the others are stored.
    ///
    /// Answers as many results as there were appends. An error means that nothing of the batch was stored, unless it
    /// is [`StoreError::Unknown`]; the same batch may then be given again, because receipts are unique.
    ///
    /// # Errors
    /// [`StoreError`]: the whole batch is undone, or, after [`StoreError::Unknown`], may be stored or not.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// let (first, second) = (append(1, vec![deposited(50)]), append(2, vec![deposited(25)]));
    /// let second = Append { depends_on: vec![0], ..second };
    /// let results = store.append(vec![first, second]).await?;
    /// assert!(results.iter().all(|result| matches!(result, AppendResult::Appended(_))));
    /// # Ok(())
    /// # }
    /// ```
    fn append(&self, batch: Vec<Append>) -> BoxFuture<'_, Result<Vec<AppendResult>, StoreError>>;

    /// At most `limit` events of `stream` with versions above `after`, by version.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// let events = store.read_stream(StreamId::new("account", "25"), 0, 100).await?;
    /// assert_eq!(events[0].version, 1);
    /// # Ok(())
    /// # }
    /// ```
    fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>>;

    /// At most `limit` events of all streams with positions above `after`, by position.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// let page = store.read_all(0, 100).await?;
    /// let next = store.read_all(page.last().map_or(0, |event| event.position), 100).await?;
    /// assert_eq!((page.len(), next.len()), (1, 0));
    /// # Ok(())
    /// # }
    /// ```
    fn read_all(&self, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>>;

    /// The events at these positions, by position; those that are not there are left out.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// let events = store.read_at(vec![1, 1_000]).await?;
    /// assert_eq!(events.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    fn read_at(&self, positions: Vec<u64>) -> BoxFuture<'_, Result<Vec<StoredEvent>, StoreError>>;

    /// The highest position; 0 where there are no events.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// assert_eq!(store.head().await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    fn head(&self) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// The names of the types of aggregates that have events, each once, by name.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// assert_eq!(store.aggregate_types().await?, ["account".into()]);
    /// # Ok(())
    /// # }
    /// ```
    fn aggregate_types(&self) -> BoxFuture<'_, Result<Vec<Arc<str>>, StoreError>>;

    /// What became of the command with this id.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// assert!(store.receipt(CommandId::new()).await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    fn receipt(&self, id: CommandId) -> BoxFuture<'_, Result<Option<StoredReceipt>, StoreError>>;

    /// Finishes what was accepted and closes the store; a later request gets [`StoreError::Closed`].
    ///
    /// # Errors
    /// [`StoreError`], where something could not be finished.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// # let _ = &store;
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("shop.db");
    /// let store = jangle::SqliteStore::open(&path).await?;
    /// store.close().await?;
    /// assert!(matches!(store.head().await, Err(StoreError::Closed)));
    /// # Ok(())
    /// # }
    /// ```
    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>>;
}
