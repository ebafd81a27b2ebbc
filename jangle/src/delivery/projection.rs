//! Projections: a batch of events is merged, and stored in one transaction with the progress.

use super::{
    exceptions::{TargetChange, Targets},
    fold::Fold,
    lane::{LaneStop, OwnedLane},
    run::run,
};
use crate::{
    store::{RowChange, StoredEvent},
    telemetry,
};
use std::sync::Arc;

/// How many positions without work may pass before the checkpoint is stored.
const LEAD: u64 = 10_000;

/// Handles events until the lane stops.
pub(crate) async fn follow(lane: &mut OwnedLane) -> LaneStop {
    let mut head = lane.feed().head();
    loop {
        head.mark_unchanged();
        match step(lane).await {
            Ok(true) => {}
            Ok(false) => {
                let (stop, lost) = (lane.app.stop.clone(), lane.lost.clone());
                tokio::select! {
                    changed = head.changed() => {
                        if changed.is_err() {
                            return LaneStop::Stopped;
                        }
                    }
                    () = lane.until_due(|_| false) => {}
                    () = lost.cancelled() => {}
                    () = stop.cancelled() => {}
                }
            }
            Err(stop) => return stop,
        }
    }
}

/// One batch; answers whether there may be more.
async fn step(lane: &mut OwnedLane) -> Result<bool, LaneStop> {
    lane.check()?;
    let mut batch = Batch::default();
    batch.retry_due(lane).await?;
    let read = batch.read(lane).await?;
    if batch.has_work || lane.lead() >= LEAD {
        lane.commit(batch.fold.into_rows(), &batch.exceptions).await?;
    }
    lane.publish(lane.position());
    Ok(read || batch.has_work)
}

/// What one transaction stores.
#[derive(Default)]
struct Batch {
    fold: Fold,
    exceptions: Vec<TargetChange>,
    has_work: bool,
}

impl Batch {
    async fn retry_due(&mut self, lane: &mut OwnedLane) -> Result<(), LaneStop> {
        let mut tried = 0;
        while tried < lane.app.core.settings.batch_size
            && let Some((event, targets)) = lane.take_due(|_| false).await?
        {
            self.handle(lane, &event, targets).await;
            tried += 1;
        }
        Ok(())
    }

    /// Handles the next events; answers whether there were any.
    async fn read(&mut self, lane: &mut OwnedLane) -> Result<bool, LaneStop> {
        if lane.exceptions.is_full() {
            return Ok(false);
        }
        let (position, bound, targets) = (lane.position(), lane.bound(), lane.active());
        let events = lane.feed().read(position, lane.app.core.settings.batch_size).await?;
        let Some(last) = events.iter().rev().find(|event| event.position <= bound).cloned() else {
            // The event that a target ahead stands at is gone, or there is none: meet it there.
            return Ok(false);
        };
        for event in events.iter().filter(|event| event.position <= bound && *event.name == *lane.entry.event) {
            if lane.exceptions.knows(event.position, targets) {
                continue;
            }
            if lane.exceptions.blocks(&event.stream) {
                self.exceptions.push(lane.exceptions.behind(event, targets));
                self.has_work = true;
            } else {
                self.handle(lane, event, targets).await;
            }
        }
        lane.move_to(&last);
        Ok(true)
    }

    async fn handle(&mut self, lane: &mut OwnedLane, event: &Arc<StoredEvent>, targets: Targets) {
        self.has_work = true;
        match run(lane.jangle(), lane.entry, event).await {
            Ok(changes) => {
                self.exceptions.extend(lane.exceptions.done(event.position));
                for change in changes {
                    self.add(lane, change, targets);
                }
            }
            Err(error) => {
                let now = lane.app.core.environment.now();
                let change = lane.exceptions.failed(event, targets, error, lane.retries(), now);
                telemetry::delivery::failed(lane.entry, event, &change.1);
                self.exceptions.push(change);
            }
        }
    }

    /// A target that has the event already does not get it again.
    fn add(&mut self, lane: &OwnedLane, change: RowChange, targets: Targets) {
        for (index, target) in lane.targets.iter().enumerate() {
            let destination = &target.destination;
            if targets >> index & 1 == 1 && destination.view == Some(change.view) {
                self.fold.add(destination.generation, change.clone(), destination.columns);
            }
        }
    }
}
