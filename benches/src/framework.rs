//! jangle on an SQLite file.

use crate::{
    Failure,
    model::account::{self, Deposit},
    sample::Sample,
    workload::{CENTS, Stopwatch, Window, Workload},
};
use jangle::prelude::*;
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

/// How long the view may need, once the last command is answered.
const VIEW_LIMIT: Duration = Duration::from_secs(300);

/// Measures jangle, with the projection or without.
pub(crate) fn run(file: &Path, workload: Workload, duration: Duration, projects: bool) -> Result<Sample, Failure> {
    let runtime = Runtime::new()?;
    let (store, app) = runtime.block_on(start(file, projects))?;
    let window = Window::new(duration);
    let clients: Vec<_> =
        (0..workload.clients()).map(|client| runtime.spawn(deposit(app.clone(), workload, client, window))).collect();
    let (commits, work) = window.watch(|| store.stats().commits);
    runtime.block_on(async {
        let mut micros = Vec::new();
        for client in clients {
            micros.extend(client.await??);
        }
        let answered = Instant::now();
        app.settle(VIEW_LIMIT).await?;
        let view_lag = projects.then(|| answered.elapsed());
        app.shutdown().await?;
        Ok(Sample { seconds: window.seconds(), commits, conflicts: 0, work, micros, view_lag })
    })
}

async fn start(file: &Path, projects: bool) -> Result<(SqliteStore, Jangle), Failure> {
    let store = SqliteStore::open(file).await?;
    let builder = Jangle::builder().store(store.clone());
    let builder = if projects { builder } else { builder.only(account::PATH) };
    Ok((store, builder.start().await?))
}

async fn deposit(app: Jangle, workload: Workload, client: usize, window: Window) -> Result<Vec<u32>, Failure> {
    let mut stopwatch = Stopwatch::new(window);
    for nth in 0.. {
        if window.is_over() {
            break;
        }
        let asked = Instant::now();
        app.send(Deposit { account: workload.account(client, nth), cents: CENTS }).await?;
        stopwatch.answered(asked);
    }
    Ok(stopwatch.finish())
}
