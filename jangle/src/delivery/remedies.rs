//! What people said is to be done about dead letters, and how the lane that owns one does it.

use super::{
    exceptions::{TargetChange, Targets},
    owned::{LaneStop, OwnedLane},
};
use crate::store::{DeadLetterFilter, ExceptionChange, Remedy, StoreError, StoredDeadLetter, StoredEvent, ViewStore};
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};

/// How often the store is asked whether somebody, in any process, said that something is to be done.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// How many dead letters, or events of an aggregate, are read at a time.
const PAGE: usize = 500;

/// The handlers about whose dead letters something is to be done, as the store last said.
#[derive(Debug, Default)]
pub(crate) struct Remedies {
    asked: Notify,
    handlers: watch::Sender<HashSet<Arc<str>>>,
}

impl Remedies {
    /// Has the store asked now.
    pub(crate) fn ask(&self) {
        self.asked.notify_one();
    }

    /// News of them.
    pub(super) fn subscribe(&self) -> watch::Receiver<HashSet<Arc<str>>> {
        self.handlers.subscribe()
    }

    /// Asks the store now and then, for as long as it is polled.
    pub(crate) async fn follow(&self, views: &dyn ViewStore) {
        let filter = DeadLetterFilter { with_remedy: true, limit: PAGE, ..DeadLetterFilter::default() };
        loop {
            match views.dead_letters(filter.clone()).await {
                Ok(letters) if letters.is_empty() => {}
                Ok(letters) => {
                    let handlers = letters.into_iter().map(|letter| letter.lane.handler).collect();
                    self.handlers.send_replace(handlers);
                }
                Err(StoreError::Closed) => return,
                Err(error) => tracing::warn!(%error, "the store cannot be asked what is to be done about dead letters"),
            }
            let _ = timeout(ASK_EVERY, self.asked.notified()).await;
        }
    }
}

/// What is to be done about one event: for which of the lane's targets, and what its last attempt said.
struct ToDo {
    remedy: Remedy,
    targets: Targets,
    error: String,
    partition: u8,
}

impl OwnedLane {
    /// Does what people said about this lane's dead letters.
    pub(crate) async fn carry_out_remedies(&mut self) -> Result<(), LaneStop> {
        let is_told = match self.remedies.has_changed() {
            Ok(true) => self.remedies.borrow_and_update().contains(self.entry.meta.name),
            _ => false,
        };
        if !is_told {
            return Ok(());
        }
        let mut changes = Vec::new();
        for (position, to_do) in self.remedies_to_do().await? {
            self.carry_out(position, to_do, &mut changes).await?;
        }
        if changes.is_empty() {
            return Ok(());
        }
        self.commit(Vec::new(), &changes).await?;
        self.refresh_dead().await
    }

    /// The dead letters of this lane about which something is to be done.
    async fn remedies_to_do(&self) -> Result<BTreeMap<u64, ToDo>, LaneStop> {
        let handler = Some(self.entry.meta.name.into());
        let filter = DeadLetterFilter { handler, with_remedy: true, limit: PAGE, ..DeadLetterFilter::default() };
        let mut to_do: BTreeMap<u64, ToDo> = BTreeMap::new();
        for letter in self.app.core.stores.views.dead_letters(filter).await? {
            let (Some(remedy), Some(index)) = (letter.remedy, self.target_of(&letter)) else { continue };
            let (error, partition) = (letter.exception.error, letter.exception.partition);
            let new = ToDo { remedy, targets: 0, error, partition };
            to_do.entry(letter.exception.position).or_insert(new).targets |= 1 << index;
        }
        Ok(to_do)
    }

    /// Which of this lane's targets a dead letter is of.
    fn target_of(&self, letter: &StoredDeadLetter) -> Option<usize> {
        self.of_partition(letter.exception.partition).iter().position(|target| target.id == letter.lane)
    }

    async fn carry_out(&mut self, position: u64, to_do: ToDo, changes: &mut Vec<TargetChange>) -> Result<(), LaneStop> {
        let ToDo { remedy, targets, error, partition } = to_do;
        let event = self.feed().read_at(vec![position]).await?.pop();
        let held = event.as_ref().is_some_and(|event| self.exceptions.holds(&event.stream, u64::MAX));
        match (remedy, &event) {
            (Remedy::Retry, Some(event)) => {
                let now = self.app.core.environment.now();
                changes.push(self.exceptions.revive(event, targets, error, now));
            }
            // An event that is gone cannot be handled again.
            (Remedy::Retry, None) | (Remedy::Discard, _) => {
                self.exceptions.forget_dead(position);
                changes.push(TargetChange { partition, targets, change: ExceptionChange::Remove(position) });
            }
        }
        match event.filter(|_| held) {
            Some(event) => self.put_behind(&event, targets, changes).await,
            None => Ok(()),
        }
    }

    /// The events of the aggregate that were kept behind `event` wait from now on, one after the other.
    async fn put_behind(
        &mut self,
        event: &StoredEvent,
        targets: Targets,
        changes: &mut Vec<TargetChange>,
    ) -> Result<(), LaneStop> {
        let mut version = event.version;
        loop {
            let stream = event.stream.clone();
            let page = self.app.core.stores.events.read_stream(stream, version, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            version = last.version;
            let read_to = self.read_to.max(self.position());
            for later in page.iter().filter(|later| later.position <= read_to && *later.name == *self.entry.event) {
                if !self.exceptions.knows(later.position, targets) {
                    changes.push(self.exceptions.behind(later, targets));
                }
            }
        }
    }

    /// Asks the store which is now the first event that this lane set aside.
    async fn refresh_dead(&mut self) -> Result<(), LaneStop> {
        let handler = Some(self.entry.meta.name.into());
        let mut filter = DeadLetterFilter { handler, limit: PAGE, ..DeadLetterFilter::default() };
        loop {
            let page = self.app.core.stores.views.dead_letters(filter.clone()).await?;
            let first = page.iter().find(|letter| self.target_of(letter).is_some());
            let first = first.map(|letter| (letter.exception.position, letter.exception.error.clone()));
            match page.last() {
                Some(last) if first.is_none() => filter.after = last.exception.position,
                _ => {
                    self.exceptions.set_dead(first);
                    return Ok(());
                }
            }
        }
    }
}
