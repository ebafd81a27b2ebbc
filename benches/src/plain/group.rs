//! Group commit: clients hand their rows to one thread, which stores whatever waits in one transaction and then
//! answers each.

use super::{connect, create, join, rows::Rows};
use crate::{
    Failure,
    sample::Sample,
    workload::{Stopwatch, Window, Workload},
};
use rusqlite::{Connection, TransactionBehavior};
use std::{
    path::Path,
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

/// The most commands that are committed together.
const BATCH: usize = 512;

/// The rows of a command, and who waits for them to be stored.
struct Request {
    rows: Rows,
    stored: SyncSender<()>,
}

/// Measures group commit.
pub(crate) fn run(file: &Path, workload: Workload, duration: Duration) -> Result<Sample, Failure> {
    create(file)?;
    let connection = connect(file)?;
    let (queue, requests) = channel();
    let window = Window::new(duration);
    let commits = &AtomicU64::new(0);
    thread::scope(|scope| {
        let writer = scope.spawn(move || write(connection, &requests, commits));
        let clients: Vec<_> = (0..workload.clients())
            .map(|client| {
                let queue = queue.clone();
                scope.spawn(move || deposit(&queue, workload, client, window))
            })
            .collect();
        drop(queue);
        let (commits, work) = window.watch(|| commits.load(Ordering::Relaxed));
        let micros: Result<Vec<_>, _> = clients.into_iter().map(join).collect();
        // Where the writer failed, it says why; a client only knows that nobody answers.
        writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok(Sample { seconds: window.seconds(), commits, conflicts: 0, work, micros: micros?.concat(), view_lag: None })
    })
}

/// Serves until no client is left.
fn write(mut connection: Connection, requests: &Receiver<Request>, commits: &AtomicU64) -> Result<(), Failure> {
    while let Ok(first) = requests.recv() {
        let batch: Vec<_> = std::iter::once(first).chain(requests.try_iter().take(BATCH - 1)).collect();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for request in &batch {
            request.rows.insert(&transaction)?;
        }
        transaction.commit()?;
        commits.fetch_add(1, Ordering::Relaxed);
        for request in batch {
            request.stored.send(())?;
        }
    }
    Ok(())
}

fn deposit(queue: &Sender<Request>, workload: Workload, client: usize, window: Window) -> Result<Vec<u32>, Failure> {
    let mut stopwatch = Stopwatch::new(window);
    let (stored, answer) = sync_channel(1);
    for nth in 0.. {
        if window.is_over() {
            break;
        }
        let asked = Instant::now();
        let rows = Rows::deposit(workload.account(client, nth))?;
        queue.send(Request { rows, stored: stored.clone() }).map_err(|_| "the writer has ended")?;
        answer.recv()?;
        stopwatch.answered(asked);
    }
    Ok(stopwatch.finish())
}
