//! Waiting for handlers.

use super::{Feed, LaneHandle, LaneStatus};
use crate::{event::EventId, store::StoreError};
use std::{collections::HashSet, time::Duration};
use tokio::time::{Instant, timeout_at};

/// How many events are looked at at a time for what handlers caused.
const LOOKED_AT: usize = 512;

/// Why waiting for a lane ended without reaching the position.
#[derive(Debug)]
pub(crate) enum Awaited {
    Behind { handler: &'static str, position: u64 },
    SetAside { handler: &'static str, position: u64, error: String },
    Stopped,
}

/// Why an application did not settle.
#[derive(Debug)]
pub(crate) enum Unsettled {
    Awaited(Awaited),
    Store(StoreError),
}

impl From<Awaited> for Unsettled {
    fn from(awaited: Awaited) -> Self {
        Self::Awaited(awaited)
    }
}

impl From<StoreError> for Unsettled {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Waits until each of `lanes` has handled everything up to `position`.
pub(crate) async fn reached(lanes: &[&LaneHandle], position: u64, until: Instant) -> Result<(), Awaited> {
    for lane in lanes {
        let status = wait_for(lane, position, until).await?;
        if let Some((dead, error)) = status.dead
            && dead <= position
        {
            return Err(Awaited::SetAside { handler: lane.entry.meta.name, position: dead, error });
        }
    }
    Ok(())
}

async fn wait_for(lane: &LaneHandle, position: u64, until: Instant) -> Result<LaneStatus, Awaited> {
    let mut status = lane.status.subscribe();
    let is_there = |status: &LaneStatus| status.done >= position;
    {
        let now = status.borrow();
        if is_there(&now) {
            return Ok(now.clone());
        }
    }
    let _waiting = lane.others.wait_for(position);
    tokio::select! {
        reached = timeout_at(until, status.wait_for(is_there)) => match reached {
            Ok(Ok(status)) => Ok(status.clone()),
            Ok(Err(_)) => Err(Awaited::Stopped),
            Err(_) => Err(Awaited::Behind { handler: lane.entry.meta.name, position }),
        },
        () = lane.others.stop.cancelled() => Err(Awaited::Stopped),
    }
}

/// Waits until every event that is stored now, and every event that handlers caused by it, is handled or set aside by
/// all `lanes`. What others store meanwhile is not waited for, so that this ends under any traffic.
pub(crate) async fn settled(lanes: &[&LaneHandle], feed: &Feed, until: Instant) -> Result<(), Unsettled> {
    let mut position = feed.ask_head().await?;
    let mut effects = Effects { seen: position, unrelated: HashSet::new() };
    loop {
        for lane in lanes {
            wait_for(lane, position, until).await?;
        }
        match effects.last(feed).await? {
            Some(last) => position = last,
            None => return Ok(()),
        }
    }
}

/// What follows from the events up to a position.
struct Effects {
    seen: u64,
    /// The events above that position which do not follow. A cause that is none of these is up to it, or follows.
    unrelated: HashSet<EventId>,
}

impl Effects {
    /// The last one among the events that were not yet looked at. Once handlers have reached a position, all that they
    /// caused up to it is stored.
    async fn last(&mut self, feed: &Feed) -> Result<Option<u64>, StoreError> {
        let head = feed.ask_head().await?;
        let mut last = None;
        while self.seen < head {
            let events = feed.read(self.seen, LOOKED_AT).await?;
            let Some(end) = events.last() else { break };
            self.seen = end.position;
            for event in &events {
                match event.metadata.causation {
                    Some(cause) if !self.unrelated.contains(&cause) => last = Some(event.position),
                    _ => drop(self.unrelated.insert(event.id)),
                }
            }
        }
        Ok(last)
    }
}

/// The point in time after `limit`.
pub(crate) fn deadline(limit: Duration) -> Instant {
    // A limit beyond the range of the clock means: for ever, which thirty years stand for.
    Instant::now().checked_add(limit).unwrap_or_else(|| Instant::now() + Duration::from_secs(1_000_000_000))
}
