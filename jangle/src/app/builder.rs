//! Setting an application up.

use super::{Jangle, States, start};
use crate::{
    command::core::Extensions,
    error::StartError,
    event::Retry,
    interceptor::Interceptors,
    model::Choice,
    serializer::Codec,
    settings::{Given, Variables},
    store::{EventStore, MemoryStore, SagaStore, SnapshotStore, Store, Stores, ViewStore},
    time::{Environment, SystemEnvironment},
};
use std::{any::TypeId, collections::BTreeSet, ffi::OsString, fmt, sync::Arc};

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
    sagas: Option<Arc<dyn SagaStore>>,
    views: Option<Arc<dyn ViewStore>>,
    pub(super) states: States,
    pub(super) choice: Choice,
    pub(super) ignored_events: BTreeSet<String>,
    pub(super) retired: Vec<String>,
    retry: Option<Retry>,
    environment: Option<Arc<dyn Environment>>,
    pub(super) settings: Given,
    variables: Variables,
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
        Self {
            events: Some(store.clone()),
            snapshots: Some(store.clone()),
            sagas: Some(store.clone()),
            views: Some(store),
            ..self
        }
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

    /// Keeps the sagas in `store`.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .saga_store(MemoryStore::new())
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn saga_store(self, store: impl SagaStore) -> Self {
        Self { sagas: Some(Arc::new(store)), ..self }
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

    /// Says that the event handler with this id is gone for good. Otherwise the application does not start while the
    /// store has its progress: its views would stand still, or its events would never be handled. Can be repeated.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .retired("send_letters")
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn retired(mut self, handler: impl Into<String>) -> Self {
        self.retired.push(handler.into());
        self
    }

    /// What is done about failed events by handlers that say nothing of it with `#[event_handler(retry(…))]`
    /// ([`Retry::DEFAULT`] unless set).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// use jangle::event::Retry;
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .retry(Retry { attempts: 9, jitter: true, ..Retry::DEFAULT })
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn retry(self, retry: Retry) -> Self {
        Self { retry: Some(retry), ..self }
    }

    /// Whether settings are also read from the environment variables of the process (they are unless `false` is given).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .environment_variables(false)
    ///     .start()
    ///     .await?;
    /// assert_eq!(*app.settings(), jangle::settings::Settings::default());
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn environment_variables(mut self, are_read: bool) -> Self {
        self.variables = match are_read {
            true => Variables::Process,
            false => Variables::Given(Vec::new()),
        };
        self
    }

    /// Reads settings from these environment variables instead of those of the process.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .environment_variables_from([("JANGLE_LEASE", "500ms")])
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().lease, Duration::from_millis(500));
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn environment_variables_from<K, V>(mut self, variables: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.variables = Variables::Given(variables.collect());
        self
    }

    /// Checks the model, makes the tables of the views, and starts the handlers.
    ///
    /// # Errors
    /// [`StartError`] says everything that is wrong with the settings, or with the model and the states that it takes,
    /// or what is wrong with the store.
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
    /// assert_eq!(wrong.unwrap_err().to_string(),
    ///     "the setting `lease` is `0s`; it must be a duration such as `30s`, from 100ms to 1h");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn start(self) -> Result<Jangle, StartError> {
        let model = self.model();
        let stores = self.stores();
        let environment = self.environment.unwrap_or_else(|| Arc::new(SystemEnvironment));
        start::start(start::Parts {
            stores,
            environment,
            states: self.states,
            model,
            retired: self.retired,
            retry: self.retry.unwrap_or(Retry::DEFAULT),
            settings: self.settings,
            variables: self.variables,
            extensions: Extensions {
                codec: self.codec,
                interceptors: self.interceptors,
                ignored_events: self.ignored_events,
            },
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
            sagas: self.sagas.clone().unwrap_or_else(|| Arc::new(memory.clone())),
            views: self.views.clone().unwrap_or_else(|| Arc::new(memory)),
        }
    }
}
