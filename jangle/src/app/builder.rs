//! Setting an application up.

use super::{Jangle, States, start};
use crate::{
    error::StartError,
    interceptor::Interceptors,
    serializer::Codec,
    settings::Settings,
    store::{EventStore, MemoryStore, SnapshotStore, Store, Stores, ViewStore},
    time::{Environment, SystemEnvironment},
};
use std::{any::TypeId, fmt, sync::Arc, time::Duration};

/// Sets an application up: its stores, its states, its settings.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/main.txt")]
/// let app = Jangle::builder()
/// #   .only(module_path!())
///     .store(MemoryStore::new())
///     .query_timeout(Duration::from_secs(2))
///     .start()
///     .await?;
/// # app.shutdown().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct JangleBuilder {
    events: Option<Arc<dyn EventStore>>,
    snapshots: Option<Arc<dyn SnapshotStore>>,
    views: Option<Arc<dyn ViewStore>>,
    states: States,
    only: Vec<String>,
    environment: Option<Arc<dyn Environment>>,
    settings: Settings,
    pub(super) codec: Codec,
    pub(super) interceptors: Interceptors,
}

impl fmt::Debug for JangleBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JangleBuilder").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl JangleBuilder {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Keeps everything in `store`. Without a store, everything is kept in memory and lost at the end.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let store = MemoryStore::new();
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(store.clone())
    ///     .start()
    ///     .await?;
    /// app.send(Deposit { account: "25".into(), cents: 100 }).await?;
    /// app.shutdown().await?;
    ///
    /// // Whoever is started on it goes on where the other ended.
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(store)
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.send(Deposit { account: "25".into(), cents: 50 }).await?.reply, 150);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn store<S: Store>(self, store: S) -> Self {
        let store = Arc::new(store);
        Self { events: Some(store.clone()), snapshots: Some(store.clone()), views: Some(store), ..self }
    }

    /// Keeps the events, with the receipts, in `store`.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .event_store(MemoryStore::new())
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn event_store(self, store: impl EventStore) -> Self {
        Self { events: Some(Arc::new(store)), ..self }
    }

    /// Keeps the snapshots in `store`.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .snapshot_store(MemoryStore::new())
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn snapshot_store(self, store: impl SnapshotStore) -> Self {
        Self { snapshots: Some(Arc::new(store)), ..self }
    }

    /// Keeps the views, with the progress of the handlers, in `store`.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .view_store(MemoryStore::new())
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn view_store(self, store: impl ViewStore) -> Self {
        Self { views: Some(Arc::new(store)), ..self }
    }

    /// What handlers and queries get as [`State<T>`](crate::State).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// struct Mailer;
    ///
    /// #[event_handler]
    /// async fn confirm(event: Recorded<Deposited>, mailer: State<Mailer>) -> Result<(), HandlerError> {
    ///     let Mailer = &*mailer;
    ///     println!("account {} got {} cents", event.aggregate_id(), event.cents);
    ///     Ok(())
    /// }
    ///
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .state(Mailer)
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(mut self, state: T) -> Self {
        self.states.insert(TypeId::of::<T>(), Arc::new(state));
        self
    }

    /// Takes only what stands in the module `path` or below it, such as `"shop::orders"`. Can be repeated. Without it,
    /// everything that is linked is taken.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    ///     .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .start()
    ///     .await?;
    /// assert!(app.model().aggregates().all(|aggregate| aggregate.meta.module == module_path!()));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn only(mut self, path: impl Into<String>) -> Self {
        self.only.push(path.into());
        self
    }

    /// Where time and ids come from.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// use jangle::{Environment, SystemEnvironment};
    /// use uuid::Uuid;
    ///
    /// struct Noon;
    ///
    /// impl Environment for Noon {
    ///     fn now(&self) -> Timestamp {
    ///         Timestamp::from_micros(838_555_200_000_000)
    ///     }
    ///     fn new_id(&self) -> Uuid {
    ///         SystemEnvironment.new_id()
    ///     }
    /// }
    ///
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .environment(Noon)
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn environment(self, environment: impl Environment) -> Self {
        Self { environment: Some(Arc::new(environment)), ..self }
    }

    /// For how long a command waits and is retried before it is given up, with [`SendError::Contended`],
    /// [`SendError::Overloaded`] or [`SendError::Unknown`] (30 s unless set).
    ///
    /// [`SendError::Contended`]: crate::SendError::Contended
    /// [`SendError::Overloaded`]: crate::SendError::Overloaded
    /// [`SendError::Unknown`]: crate::SendError::Unknown
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .command_timeout(Duration::from_secs(5))
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn command_timeout(mut self, limit: Duration) -> Self {
        self.settings.command_timeout = limit;
        self
    }

    /// For how long a query waits for the handlers that [`Asking::after`](crate::Asking::after) names before it is given
    /// up, with [`AskError::Behind`](crate::AskError::Behind) (10 s unless set).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .query_timeout(Duration::from_secs(2))
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn query_timeout(mut self, limit: Duration) -> Self {
        self.settings.query_timeout = limit;
        self
    }

    /// How many commands may be under way (4096 unless set, at least 1); further senders wait.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .commands_under_way(256)
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn commands_under_way(mut self, most: usize) -> Self {
        self.settings.commands_under_way = most;
        self
    }

    /// The largest event in bytes of JSON (1 MiB unless set, at least 1). A command with a larger one gets
    /// [`SendError::TooLarge`](crate::SendError::TooLarge).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .event_size(10)
    ///     .start()
    ///     .await?;
    /// let sent = app.send(Deposit { account: "25".into(), cents: 100 }).await;
    /// assert!(matches!(sent, Err(SendError::TooLarge { size: 13, limit: 10, .. })));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn event_size(mut self, most: usize) -> Self {
        self.settings.event_size = most;
        self
    }

    /// How many aggregates are kept in memory (10,000 unless set), and how many bytes of events they may stand for
    /// (256 MiB unless set).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .cache(1_000, 16 << 20)
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn cache(mut self, aggregates: usize, bytes: usize) -> Self {
        self.settings.cached_aggregates = aggregates;
        self.settings.cached_bytes = bytes;
        self
    }

    /// How long a lease on a handler's progress lasts (5 s unless set, at least 100 ms): so long after a process died,
    /// another one on the same store takes its handlers over.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .lease(Duration::from_secs(2))
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn lease(mut self, duration: Duration) -> Self {
        self.settings.lease = duration;
        self
    }

    /// Checks the model, makes the tables of the views, and starts the handlers.
    ///
    /// # Errors
    /// [`StartError`] says everything that is wrong with the model, which state is missing, or what is wrong with the
    /// store.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    ///
    /// let wrong = Jangle::builder().lease(Duration::ZERO).start().await;
    /// assert_eq!(wrong.unwrap_err().to_string(), "the setting `lease` is `0ns`; it must be 100 ms or more");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn start(self) -> Result<Jangle, StartError> {
        let stores = self.stores();
        let environment = self.environment.unwrap_or_else(|| Arc::new(SystemEnvironment));
        start::start(start::Parts {
            stores,
            environment,
            states: self.states,
            only: self.only,
            settings: self.settings,
            codec: self.codec,
            interceptors: self.interceptors,
        })
        .await
    }

    fn stores(&self) -> Stores {
        let memory = MemoryStore::new();
        if self.events.is_none() {
            tracing::warn!("no store was given: events are kept in memory, and lost at the end");
        }
        Stores {
            events: self.events.clone().unwrap_or_else(|| Arc::new(memory.clone())),
            snapshots: self.snapshots.clone().unwrap_or_else(|| Arc::new(memory.clone())),
            views: self.views.clone().unwrap_or_else(|| Arc::new(memory)),
        }
    }
}
