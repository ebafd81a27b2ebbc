//! Each client on a connection of its own, each command in a transaction of its own.

use super::{connect, create, join, rows::Rows};
use crate::{
    Failure,
    sample::Sample,
    workload::{Stopwatch, Window, Workload},
};
use rusqlite::{Connection, TransactionBehavior};
use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Measures own connections.
pub(crate) fn run(file: &Path, workload: Workload, duration: Duration) -> Result<Sample, Failure> {
    create(file)?;
    let connections: Vec<_> = (0..workload.clients()).map(|_| connect(file)).collect::<Result<_, _>>()?;
    let window = Window::new(duration);
    let commits = AtomicU64::new(0);
    thread::scope(|scope| {
        let clients: Vec<_> = connections
            .into_iter()
            .enumerate()
            .map(|(client, connection)| {
                let commits = &commits;
                scope.spawn(move || deposit(connection, workload, client, window, commits))
            })
            .collect();
        let (commits, work) = window.watch(|| commits.load(Ordering::Relaxed));
        let micros: Vec<_> = clients.into_iter().map(join).collect::<Result<_, _>>()?;
        Ok(Sample { seconds: window.seconds(), commits, conflicts: 0, work, micros: micros.concat(), view_lag: None })
    })
}

fn deposit(
    mut connection: Connection,
    workload: Workload,
    client: usize,
    window: Window,
    commits: &AtomicU64,
) -> Result<Vec<u32>, Failure> {
    let mut stopwatch = Stopwatch::new(window);
    for nth in 0.. {
        if window.is_over() {
            break;
        }
        let asked = Instant::now();
        let rows = Rows::deposit(workload.account(client, nth))?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        rows.insert(&transaction)?;
        transaction.commit()?;
        commits.fetch_add(1, Ordering::Relaxed);
        stopwatch.answered(asked);
    }
    Ok(stopwatch.finish())
}
