//! Waiting for handlers.

use super::{LaneHandle, LaneStatus};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Why waiting for a lane ended without reaching the position.
#[derive(Debug)]
pub(crate) enum Awaited {
    Behind { handler: &'static str },
    SetAside { handler: &'static str, position: u64, error: String },
    Stopped,
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
    let mut status = lane.status.clone();
    match timeout_at(until, status.wait_for(|status| status.done >= position)).await {
        Ok(Ok(status)) => Ok(status.clone()),
        Ok(Err(_)) => Err(Awaited::Stopped),
        Err(_) => Err(Awaited::Behind { handler: lane.entry.meta.name }),
    }
}

/// Waits until all lanes have handled or set aside everything up to `position`.
pub(crate) async fn settled(lanes: &[LaneHandle], position: u64, until: Instant) -> Result<(), Awaited> {
    for lane in lanes {
        wait_for(lane, position, until).await?;
    }
    Ok(())
}

/// The point in time after `limit`.
pub(crate) fn deadline(limit: Duration) -> Instant {
    // A limit beyond the range of the clock means: for ever, which thirty years stand for.
    Instant::now().checked_add(limit).unwrap_or_else(|| Instant::now() + Duration::from_secs(1_000_000_000))
}
