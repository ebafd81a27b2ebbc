//! Projections: a batch of events is merged, and stored in one transaction with the progress.

use super::{
    exceptions::{TargetChange, Targets},
    fold::Fold,
    owned::{LaneStop, OwnedLane},
    run::run,
};
use crate::store::{RowChange, StoredEvent};
use std::sync::Arc;

/// Handles events until the lane stops.
pub(crate) async fn follow(lane: &mut OwnedLane) -> LaneStop {
    let mut head = lane.feed().head();
    loop {
        head.mark_unchanged();
        match step(lane).await {
            Ok(true) => {}
            Ok(false) => {
                let (stop, lost) = (lane.app.stop.clone(), lane.tenure.lost.clone());
                let has_new = *head.borrow() > lane.position() && !lane.exceptions.is_full();
                tokio::select! {
                    changed = head.changed() => {
                        if changed.is_err() {
                            return LaneStop::Stopped;
                        }
                    }
                    () = lane.until_due(has_new, true, |_| false) => {}
                    () = lane.until_time_to_store() => {}
                    () = lane.until_remedies() => {}
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
    lane.carry_out_remedies().await?;
    let mut batch = Batch::default();
    // A lane that is paused tries a new event rather than one that has failed already.
    let is_paused = lane.pause.next_probe().is_some();
    let mut read = is_paused && batch.read(lane).await?;
    batch.retry_due(lane).await?;
    read |= !is_paused && batch.read(lane).await?;
    if batch.has_work || lane.is_time_to_store() {
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
        let events = lane.feed().read(lane.position(), lane.app.core.settings.batch_size).await?;
        let mut last = None;
        for event in &events {
            let targets = lane.concerned(event);
            let is_held = lane.exceptions.holds(&event.stream, event.position);
            if targets != 0 && !is_held && !lane.exceptions.knows(event.position, targets) {
                let is_blocked = lane.exceptions.blocks(&event.stream);
                if !is_blocked && !lane.pause.admits() {
                    break;
                }
                self.has_work = true;
                match is_blocked {
                    true => self.exceptions.push(lane.exceptions.behind(event, targets)),
                    false => self.handle(lane, event, targets).await,
                }
            }
            last = Some(event);
        }
        if let Some(last) = last {
            lane.move_to(last);
        }
        Ok(last.is_some())
    }

    async fn handle(&mut self, lane: &mut OwnedLane, event: &Arc<StoredEvent>, targets: Targets) {
        self.has_work = true;
        match run(lane.jangle(), lane.entry, event).await {
            Ok(changes) => {
                self.exceptions.extend(lane.succeeded(event.position));
                for change in changes {
                    self.add(lane, event.partition, change, targets);
                }
            }
            Err(failure) => self.exceptions.extend(lane.failed(event, targets, failure)),
        }
    }

    /// A target that has the event already does not get it again.
    fn add(&mut self, lane: &OwnedLane, partition: u8, change: RowChange, targets: Targets) {
        for (index, target) in lane.of_partition(partition).iter().enumerate() {
            let destination = &target.destination;
            if targets >> index & 1 == 1 && destination.view == Some(change.view) {
                self.fold.add(destination.generation, change.clone(), destination.columns);
            }
        }
    }
}
