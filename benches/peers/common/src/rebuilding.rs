//! The framework's own view, from all events.

use crate::{Failure, Peer};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How many accounts the events belong to.
const ACCOUNTS: u64 = 1000;

pub(crate) async fn measure<P: Peer>(peer: &P, events: u64, limit: Duration) -> Result<(), Failure> {
    let accounts: Vec<String> = (0..ACCOUNTS.min(events)).map(|account| account.to_string()).collect();
    peer.fill(&accounts, events / accounts.len().max(1) as u64).await?;
    let handled = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    // What is not done within the limit does not count.
    if let Ok(ended) = tokio::time::timeout(limit, peer.rebuild(Arc::clone(&handled))).await {
        ended?;
    }
    println!("seconds {}", begun.elapsed().as_secs_f64());
    println!("events {}", handled.load(Ordering::Relaxed));
    Ok(())
}
