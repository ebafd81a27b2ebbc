//! Keeps a lane going: owns it, follows the events, and begins again where it was lost or the store failed.

use super::{
    lane::Lane,
    owned::{LaneStop, OwnedLane},
    projection, reaction,
    run::caught,
};
use crate::{saga, store::StoreError, telemetry};
use backon::{BackoffBuilder, ExponentialBuilder};
use std::time::Duration;

fn waits() -> impl Iterator<Item = Duration> {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(50))
        .with_max_delay(Duration::from_secs(5))
        .with_jitter()
        .without_max_times()
        .build()
}

/// Runs until the application stops or the store is closed.
pub(crate) async fn drive(lane: Lane, mut owned: Option<OwnedLane>) {
    let handler = lane.entry.meta.name;
    let stop = lane.app.stop.clone();
    let mut pauses = waits();
    loop {
        let stopped = match owned.take() {
            Some(mut owned) => {
                let stopped = follow(&mut owned).await;
                if let LaneStop::Stopped = stopped {
                    owned.give_back().await;
                    return;
                }
                owned.forget();
                stopped
            }
            None => tokio::select! {
                claimed = lane.own() => match claimed {
                    Ok(lane) => match lane.check_history().await {
                        Ok(()) => {
                            telemetry::delivery::taken_over(handler, lane.position());
                            owned = Some(lane);
                            pauses = waits();
                            continue;
                        }
                        Err(error) => {
                            lane.give_back().await;
                            LaneStop::Store(StoreError::failed(error.to_string()))
                        }
                    },
                    Err(error) => LaneStop::Store(error),
                },
                () = stop.cancelled() => return,
            },
        };
        match stopped {
            LaneStop::Stopped | LaneStop::Store(StoreError::Closed) => return,
            LaneStop::Lost => tracing::info!(handler, "another process took the handler over"),
            LaneStop::Store(error) => {
                tracing::warn!(handler, %error, "a handler cannot go on; trying again");
                let wait = pauses.next().unwrap_or_default();
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    () = stop.cancelled() => return,
                }
            }
        }
    }
}

/// A panic, which user code cannot cause here, ends the lane as little as a failing store does.
async fn follow(owned: &mut OwnedLane) -> LaneStop {
    let followed = caught(async {
        match owned.entry.saga {
            Some(logic) => saga::follow(owned, logic).await,
            None if owned.entry.is_projection() => projection::follow(owned).await,
            None => reaction::follow(owned).await,
        }
    });
    followed.await.unwrap_or_else(|panic| LaneStop::Store(StoreError::failed(panic)))
}
