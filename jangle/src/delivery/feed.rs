//! Events for the handlers: from memory while they keep up, otherwise from the store.

use crate::store::{EventStore, StoreError, StoredEvent};
use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};

/// The most bytes of payloads and metadata that are kept in memory.
const RECENT_BYTES: usize = 16 << 20;

/// The events in the order of their positions, and news of later ones.
pub(crate) struct Feed {
    store: Arc<dyn EventStore>,
    recent: Mutex<Recent>,
    most: usize,
    head: watch::Sender<u64>,
    /// Somebody knows of an event that is not here yet.
    expected: Notify,
}

/// The last events that this process stored, without a gap: what lies between two of them does not exist.
#[derive(Debug, Default)]
struct Recent {
    events: VecDeque<Arc<StoredEvent>>,
    bytes: usize,
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed").field("head", &*self.head.borrow()).finish_non_exhaustive()
    }
}

impl Feed {
    pub(crate) fn new(store: Arc<dyn EventStore>, head: u64, most: usize) -> Self {
        Self { store, recent: Mutex::default(), most, head: watch::Sender::new(head), expected: Notify::new() }
    }

    /// Takes the events of a commit, by position.
    pub(crate) fn committed(&self, events: Vec<Arc<StoredEvent>>) {
        let Some(last) = events.last().map(|event| event.position) else { return };
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            recent.push(event, self.most);
        }
        drop(recent);
        self.advance(last);
    }

    /// Says that there is an event at `position`.
    pub(crate) fn advance(&self, position: u64) {
        self.head.send_if_modified(|head| {
            let is_new = position > *head;
            *head = position.max(*head);
            is_new
        });
    }

    /// News of the highest position that is known.
    pub(crate) fn head(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }

    /// Has the store asked soon, if there is said to be an event at `position` that is not known here.
    pub(crate) fn expect(&self, position: u64) {
        if position > *self.head.borrow() {
            self.expected.notify_one();
        }
    }

    /// The highest position of the store.
    pub(crate) async fn ask_head(&self) -> Result<u64, StoreError> {
        let head = self.store.head().await?;
        self.advance(head);
        Ok(head)
    }

    /// Some of the events after `position`; none only where there are none.
    pub(crate) async fn read(&self, position: u64, limit: usize) -> Result<Vec<Arc<StoredEvent>>, StoreError> {
        if *self.head.borrow() <= position {
            return Ok(Vec::new());
        }
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner).after(position, limit);
        match recent {
            Some(events) => Ok(events),
            None => Ok(self.store.read_all(position, limit).await?.into_iter().map(Arc::new).collect()),
        }
    }

    pub(crate) async fn read_at(&self, positions: Vec<u64>) -> Result<Vec<Arc<StoredEvent>>, StoreError> {
        Ok(self.store.read_at(positions).await?.into_iter().map(Arc::new).collect())
    }
}

impl Recent {
    fn push(&mut self, event: Arc<StoredEvent>, most: usize) {
        if self.events.back().is_some_and(|last| last.position + 1 != event.position) {
            // Another process wrote in between.
            self.events.clear();
            self.bytes = 0;
        }
        self.bytes += size(&event);
        self.events.push_back(event);
        while self.events.len() > most || self.bytes > RECENT_BYTES {
            let Some(oldest) = self.events.pop_front() else { return };
            self.bytes -= size(&oldest);
        }
    }

    /// The events after `position`, if nothing between it and them is missing here.
    fn after(&self, position: u64, limit: usize) -> Option<Vec<Arc<StoredEvent>>> {
        let first = self.events.front()?.position;
        let skip = usize::try_from((position + 1).checked_sub(first)?).ok()?;
        (skip < self.events.len()).then(|| self.events.iter().skip(skip).take(limit).cloned().collect())
    }
}

/// What an event takes in memory, about.
fn size(event: &StoredEvent) -> usize {
    let metadata: usize = event.metadata.user.iter().map(|(key, value)| key.len() + value.len()).sum();
    event.payload.len() + metadata
}

/// Asks the store now and then how far it is, because other processes may write to it.
pub(crate) async fn follow_head(feed: Arc<Feed>, every: Duration) {
    loop {
        let _ = timeout(every, feed.expected.notified()).await;
        match feed.ask_head().await {
            Ok(_) => {}
            Err(StoreError::Closed) => return,
            Err(error) => {
                tracing::warn!(%error, "the store cannot be asked for new events");
                tokio::time::sleep(every).await;
            }
        }
    }
}
