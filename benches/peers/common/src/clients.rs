//! Clients, each of which sends its next command when the last one is stored.

use crate::{Failure, Outcome, Peer, processor};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::time::sleep_until;

/// The time that counts, behind one for warming up.
#[derive(Clone, Copy)]
struct Window {
    begin: Instant,
    end: Instant,
}

/// What a client saw within the window.
#[derive(Default)]
struct Seen {
    micros: Vec<u128>,
    conflicts: u64,
}

pub(crate) async fn measure<P: Peer>(
    peer: &Arc<P>,
    commits: &AtomicU64,
    clients: usize,
    accounts: usize,
    duration: Duration,
) -> Result<(), Failure> {
    let begin = Instant::now() + duration / 4;
    let window = Window { begin, end: begin + duration };
    let clients: Vec<_> =
        (0..clients).map(|client| tokio::spawn(pay(Arc::clone(peer), client, accounts, window))).collect();
    sleep_until(window.begin.into()).await;
    let before = (commits.load(Ordering::Relaxed), processor::used());
    sleep_until(window.end.into()).await;
    let after = (commits.load(Ordering::Relaxed), processor::used());
    let mut all = Seen::default();
    for client in clients {
        let seen = client.await??;
        all.micros.extend(seen.micros);
        all.conflicts += seen.conflicts;
    }
    println!("commits {}", after.0 - before.0);
    println!("conflicts {}", all.conflicts);
    println!("seconds {}", duration.as_secs_f64());
    if let (Some(after), Some(before)) = (after.1, before.1) {
        println!("work {}", (after - before).as_secs_f64());
    }
    let micros: Vec<String> = all.micros.iter().map(u128::to_string).collect();
    println!("micros {}", micros.join(" "));
    Ok(())
}

async fn pay<P: Peer>(peer: Arc<P>, client: usize, accounts: usize, window: Window) -> Result<Seen, Failure> {
    let mut seen = Seen::default();
    for nth in 0.. {
        // Clients begin apart, and each visits all accounts.
        let account = ((client * 127 + nth * 13) % accounts).to_string();
        let asked = Instant::now();
        let mut conflicts = 0;
        while peer.deposit(&account).await? == Outcome::Conflict {
            conflicts += 1;
            if Instant::now() >= window.end {
                return Ok(seen);
            }
        }
        let now = Instant::now();
        if now >= window.end {
            break;
        }
        if now >= window.begin {
            seen.micros.push((now - asked).as_micros());
            seen.conflicts += conflicts;
        }
    }
    Ok(seen)
}
