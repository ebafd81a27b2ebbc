//! Group commit: one task gives the store what was decided meanwhile, a batch at a time.

use super::{
    core::Permit,
    slot::Signals,
    ticket::{Fate, Ticket},
};
use crate::{
    delivery::{Feed, caught},
    settings::Settings,
    store::{Append, AppendResult, EventStore, StoreError, StoredEvent, partition_of},
    telemetry,
};
use backon::{BackoffBuilder, ExponentialBuilder};
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// The most commands that are committed together.
const BATCH: usize = 512;

/// A decision on its way to the store.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) append: Append,
    pub(crate) ticket: Arc<Ticket>,
    /// What it was decided on.
    pub(crate) depends_on: Option<Arc<Ticket>>,
    pub(crate) signals: Arc<Signals>,
    /// Of the state that it was decided on.
    pub(crate) generation: u64,
    /// Its place among the commands under way, also where its sender has gone.
    pub(crate) _permit: Permit,
}

impl Pending {
    fn settle(&self, fate: Fate) {
        if !fate.is_stored() {
            self.signals.invalidate(self.generation);
        }
        self.ticket.settle(fate);
    }
}

impl Drop for Pending {
    /// Nobody waits for ever where the writer or the store panicked.
    fn drop(&mut self) {
        if !self.ticket.is_settled() {
            self.settle(Fate::Unknown(StoreError::Closed));
        }
    }
}

/// Whoever holds it can give decisions to the writer.
pub(crate) type WriterQueue = mpsc::UnboundedSender<Pending>;

/// Commits what comes through `queue` until that is closed. The number of commands under way bounds the queue.
pub(crate) async fn write(
    mut queue: mpsc::UnboundedReceiver<Pending>,
    store: Arc<dyn EventStore>,
    feed: Arc<Feed>,
    settings: Settings,
) {
    let mut waiting = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut waiting, BATCH).await > 0 {
        // Callers who were answered together send again together. The first must not be committed alone, while the
        // others wait for that.
        tokio::task::yield_now().await;
        while waiting.len() < BATCH
            && let Ok(pending) = queue.try_recv()
        {
            waiting.push(pending);
        }
        let batch = assemble(std::mem::take(&mut waiting));
        if batch.is_empty() {
            continue;
        }
        let begun = Instant::now();
        match append(&*store, &batch, settings.command_timeout).await {
            Ok(results) => {
                telemetry::command::committed(batch.iter().map(|pending| &pending.append), &results, begun);
                settle(batch, results, &feed);
            }
            Err(error @ StoreError::Unknown { .. }) => settle_all(&batch, &Fate::Unknown(error)),
            Err(error) => settle_all(&batch, &Fate::Failed(error)),
        }
    }
}

/// Drops what was decided on something that was not stored, and names the places of what is in the same batch.
fn assemble(waiting: Vec<Pending>) -> Vec<Pending> {
    let mut batch: Vec<Pending> = Vec::with_capacity(waiting.len());
    let mut places: HashMap<*const Ticket, usize> = HashMap::new();
    for mut pending in waiting {
        if let Some(on) = &pending.depends_on {
            match (on.fate(), places.get(&Arc::as_ptr(on))) {
                (Some(fate), _) if fate.is_stored() => {}
                (None, Some(place)) => pending.append.depends_on.push(*place),
                _ => {
                    pending.settle(Fate::Decided(AppendResult::Undone));
                    continue;
                }
            }
        }
        places.insert(Arc::as_ptr(&pending.ticket), batch.len());
        batch.push(pending);
    }
    batch
}

/// Gives the batch to the store, again while it is not known what became of it, which receipts make harmless, and while
/// the store is locked.
async fn append(store: &dyn EventStore, batch: &[Pending], limit: Duration) -> Result<Vec<AppendResult>, StoreError> {
    let mut waits = ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(10))
        .with_max_delay(Duration::from_secs(1))
        .without_max_times()
        .with_total_delay(Some(limit))
        .build();
    let mut unknown = None;
    loop {
        let appends = batch.iter().map(|pending| pending.append.clone()).collect();
        // A store that panics may have stored the batch.
        let appended = caught(async { store.append(appends).await }).await;
        let appended = appended
            .unwrap_or_else(|reason| Err(StoreError::Unknown { reason: format!("the store panicked: {reason}") }));
        match (appended, &unknown) {
            (Ok(results), _) => return Ok(results),
            (Err(error @ StoreError::Busy { .. }), None) => match waits.next() {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(error),
            },
            (Err(error), None) if !matches!(error, StoreError::Unknown { .. }) => return Err(error),
            // Once in doubt, a later failure settles nothing.
            (Err(error), _) => {
                tracing::warn!(%error, "it is not known whether a batch was stored; asking again");
                let first = unknown.get_or_insert(error);
                match waits.next() {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => return Err(as_unknown(first)),
                }
            }
        }
    }
}

fn as_unknown(error: &StoreError) -> StoreError {
    match error {
        StoreError::Unknown { .. } => error.clone(),
        other => StoreError::Unknown { reason: other.to_string() },
    }
}

fn settle(mut batch: Vec<Pending>, results: Vec<AppendResult>, feed: &Feed) {
    let mut committed = Vec::new();
    for (pending, result) in batch.iter_mut().zip(&results) {
        if let AppendResult::Appended(appended) = result {
            committed.extend(stored_events(&mut pending.append, &appended.events));
        }
    }
    feed.committed(committed);
    for (pending, result) in batch.into_iter().zip(results) {
        pending.settle(Fate::Decided(result));
    }
}

fn settle_all(batch: &[Pending], fate: &Fate) {
    for pending in batch {
        pending.settle(fate.clone());
    }
}

/// Takes the events of a stored append, with the version and the position of each.
fn stored_events(append: &mut Append, places: &[(u64, u64)]) -> impl Iterator<Item = Arc<StoredEvent>> {
    let (events, recorded_at) = (std::mem::take(&mut append.events), append.recorded_at);
    events.into_iter().zip(places).map(move |(event, &(version, position))| {
        Arc::new(StoredEvent {
            id: event.id,
            partition: partition_of(&event.stream),
            stream: event.stream,
            version,
            position,
            name: event.name,
            schema_version: event.schema_version,
            payload: event.payload,
            metadata: event.metadata,
            recorded_at,
            occurred_at: event.occurred_at,
        })
    })
}
