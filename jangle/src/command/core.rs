//! What all commands of an application share.

use super::{
    slot::Cache,
    writer::{self, WriterQueue},
};
use crate::{
    delivery::Feed, error::SendError, interceptor::Interceptors, serializer::Codec, settings::Settings, store::Stores,
    tasks::Tasks, time::Environment,
};
use std::{
    collections::BTreeSet,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// A command under way: held by its sender, and by its decision until that is settled, whichever is longer.
pub(crate) type Permit = Arc<OwnedSemaphorePermit>;

/// How often the weight of the cache is looked at.
const TRIM: Duration = Duration::from_secs(1);

/// What the builder was given of the user's own.
#[derive(Default)]
pub(crate) struct Extensions {
    pub(crate) codec: Codec,
    pub(crate) interceptors: Interceptors,
    /// The names of events that are passed over where they cannot be read.
    pub(crate) ignored_events: BTreeSet<String>,
}

/// What all commands of an application share.
pub(crate) struct CommandCore {
    pub(crate) stores: Stores,
    pub(crate) environment: Arc<dyn Environment>,
    pub(crate) settings: Settings,
    pub(crate) extensions: Extensions,
    pub(crate) cache: Cache,
    pub(crate) queue: WriterQueue,
    /// Saves of snapshots.
    pub(crate) background: Tasks,
    permits: Arc<Semaphore>,
    closing: AtomicBool,
}

impl fmt::Debug for CommandCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommandCore").field("cache", &self.cache).finish_non_exhaustive()
    }
}

impl CommandCore {
    /// Starts the writer, too; it ends when the core is dropped.
    pub(crate) fn start(
        stores: Stores,
        environment: Arc<dyn Environment>,
        settings: Settings,
        extensions: Extensions,
        feed: Arc<Feed>,
    ) -> Self {
        let (queue, decisions) = mpsc::unbounded_channel();
        tokio::spawn(writer::write(decisions, Arc::clone(&stores.events), feed, settings.clone()));
        Self {
            cache: Cache::new(settings.cached_aggregates, settings.cached_bytes),
            permits: Arc::new(Semaphore::new(settings.commands_under_way)),
            background: Tasks::new(),
            closing: AtomicBool::new(false),
            stores,
            environment,
            settings,
            extensions,
            queue,
        }
    }

    /// Lets a command in, as soon as few enough are under way.
    pub(crate) async fn admit<R>(&self, from_handler: bool) -> Result<Permit, SendError<R>> {
        if self.closing.load(Ordering::Acquire) && !from_handler {
            return Err(SendError::ShuttingDown);
        }
        match tokio::time::timeout(self.settings.command_timeout, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Arc::new(permit)),
            Ok(Err(_)) => Err(SendError::ShuttingDown),
            Err(_) => Err(SendError::Overloaded { limit: self.settings.commands_under_way }),
        }
    }

    /// Keeps the cache within its bounds, for as long as it is polled.
    pub(crate) async fn keep_cache(&self) {
        loop {
            tokio::time::sleep(TRIM).await;
            self.cache.trim();
        }
    }

    /// Refuses new commands, but for those of handlers that are still running.
    pub(crate) fn refuse(&self) {
        self.closing.store(true, Ordering::Release);
    }

    /// Waits for the commands under way, then refuses all.
    pub(crate) async fn drain(&self) {
        let all = u32::try_from(self.settings.commands_under_way).unwrap_or(u32::MAX);
        let _all = self.permits.acquire_many(all).await;
        self.permits.close();
        self.background.wait().await;
    }
}
