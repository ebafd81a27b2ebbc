//! Tasks that somebody waits for.

use tokio::sync::watch;

/// Spawns tasks, and waits until all have ended.
#[derive(Debug)]
pub(crate) struct Tasks {
    /// Each task holds a receiver; nothing is ever sent.
    running: watch::Sender<()>,
}

impl Tasks {
    pub(crate) fn new() -> Self {
        Self { running: watch::Sender::new(()) }
    }

    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let running = self.running.subscribe();
        tokio::spawn(async move {
            task.await;
            drop(running);
        });
    }

    /// Until none is running: they have ended, or their runtime has dropped them.
    pub(crate) async fn wait(&self) {
        self.running.closed().await;
    }
}

#[cfg(test)]
mod tests {
    use super::Tasks;
    use std::{
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        },
        time::Duration,
    };
    use tokio::sync::Notify;

    #[tokio::test]
    async fn waiting_ends_with_the_last_task_also_where_it_panicked() {
        let (tasks, go) = (Tasks::new(), Arc::new(Notify::new()));
        let ended = Arc::new(AtomicBool::new(false));
        tasks.wait().await;
        tasks.spawn(async { panic!("a task that panics, as it should") });
        tasks.spawn({
            let (go, ended) = (Arc::clone(&go), Arc::clone(&ended));
            async move {
                go.notified().await;
                ended.store(true, Ordering::SeqCst);
            }
        });
        assert!(tokio::time::timeout(Duration::from_millis(1), tasks.wait()).await.is_err());
        go.notify_one();
        tasks.wait().await;
        assert!(ended.load(Ordering::SeqCst));
    }
}
