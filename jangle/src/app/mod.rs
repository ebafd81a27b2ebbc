//! A running application: what sends, asks, waits and stops.

mod around;
mod builder;
mod choosing;
mod dead_letters;
mod handles;
mod start;
mod tuning;

pub use builder::JangleBuilder;
pub use dead_letters::{DeadLetter, DeadLetterId, DeadLetterIdError, DeadLetters};
pub use handles::{Commands, Queries};

use crate::{
    aggregate::{Aggregate, AggregateHandle, HandledBy, RefusalOf, ReplyOf},
    command::{Sending, core::CommandCore, request::SendOptions},
    delivery::{self, Awaited, Feed, LaneHandle, Leases, Others, Remedies, Subscription, Unsettled},
    error::{SagaError, SettleError, ShutdownError},
    event::{Event, Retry},
    model::{HandlerEntry, Model},
    query::{AnsweredBy, Asking},
    saga::{Saga, SagaState, Sagas},
    settings::Settings,
    store::Stores,
    tasks::Tasks,
    telemetry,
};
use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A running application. Clones are cheap, and share everything; when the last one is dropped, handlers stop.
///
/// ```
/// use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// # struct Greet { #[aggregate_id] name: String }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Greeted;
/// # #[derive(Debug, Default)]
/// # struct Person;
/// # #[aggregate]
/// # impl Person {
/// #     #[validate_command]
/// #     fn greet(&self, _: Greet) -> Greeted { Greeted }
/// #     #[reconstitute]
/// #     fn greeted(&mut self, _: &Greeted) {}
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = Jangle::builder()
/// #   .only(module_path!())
///     .store(MemoryStore::new())
///     .start()
///     .await?;
/// let receipt = app.send(Greet { name: "ann".into() }).await?;
/// assert_eq!(receipt.version, 1);
/// app.shutdown().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Jangle {
    inner: Arc<Inner>,
    /// Handlers have none, so that they do not keep an application alive that nobody uses.
    _alive: Option<Arc<DropGuard>>,
}

type States = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// What the clones of an application share.
pub(crate) struct Inner {
    pub(crate) core: Arc<CommandCore>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) leases: Leases,
    others: Arc<Others>,
    /// Cancelled when handlers are to take no more events.
    pub(crate) stop: CancellationToken,
    model: Model,
    states: States,
    /// What handlers do that say nothing of retries.
    retry: Retry,
    /// Told where somebody had a saga go on.
    pub(crate) sagas_told: watch::Sender<()>,
    /// The dead letters about which something is to be done.
    pub(crate) remedies: Arc<Remedies>,
    lanes: OnceLock<Vec<LaneHandle>>,
    /// The handlers that only other processes have.
    elsewhere: Vec<LaneHandle>,
    /// The tasks of the lanes.
    tasks: Tasks,
}

impl Inner {
    pub(crate) fn lanes(&self) -> &[LaneHandle] {
        self.lanes.get().map_or(&[], Vec::as_slice)
    }

    pub(crate) fn model(&self) -> &Model {
        &self.model
    }

    /// A handler's `retry`: that of the application, where it says nothing of its own.
    pub(crate) fn retry_of(&self, entry: &HandlerEntry) -> Retry {
        if entry.retry == Retry::DEFAULT { self.retry } else { entry.retry }
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner").field("core", &self.core).finish_non_exhaustive()
    }
}

impl fmt::Debug for Jangle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jangle").finish_non_exhaustive()
    }
}

impl Jangle {
    /// Begins to set up an application.
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
    pub fn builder() -> JangleBuilder {
        JangleBuilder::new()
    }

    /// For a handler: it does not keep the application alive.
    pub(crate) fn detached(inner: Arc<Inner>) -> Self {
        Self { inner, _alive: None }
    }

    /// Sends a command to the aggregate that its `#[aggregate_id]` names; await what it returns. Before that, the
    /// methods of [`Sending`] say more: an id, an expected version, metadata.
    ///
    /// The receipt comes when the events are stored. A command that is refused stores none.
    ///
    /// # Errors
    /// Awaited, [`SendError`](crate::SendError).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let receipt = app.send(Deposit { account: "25".into(), cents: 100 }).await?;
    /// assert_eq!((receipt.reply, receipt.version), (100, 1));
    ///
    /// let refused = app.send(Withdraw { account: "25".into(), cents: 500 }).await;
    /// assert!(matches!(refused, Err(SendError::Refused(NotEnough { left: 100 }))));
    /// # Ok(())
    /// # }
    /// ```
    pub fn send<C, A>(&self, command: C) -> Sending<ReplyOf<C, A>, RefusalOf<C, A>>
    where
        C: HandledBy<A>,
        A: Aggregate,
    {
        self.send_with::<C, A>(command, SendOptions::default())
    }

    pub(crate) fn send_with<C, A>(&self, command: C, options: SendOptions) -> Sending<ReplyOf<C, A>, RefusalOf<C, A>>
    where
        C: HandledBy<A>,
        A: Aggregate,
    {
        Sending::new::<C, A>(Arc::clone(&self.inner.core), command, options)
    }

    /// Asks a query; await what it returns. It answers from what the views hold now: to include a command of one's own,
    /// name its receipt with [`Asking::after`].
    ///
    /// # Errors
    /// Awaited, [`AskError`](crate::AskError).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let receipt = app.send(deposit).await?;
    /// let balance = app.query(BalanceOf { account: "25".into() }).after(&receipt).await?;
    /// assert_eq!(balance.map(|balance| balance.cents), Some(100));
    /// # Ok(())
    /// # }
    /// ```
    pub fn query<Q, H>(&self, query: Q) -> Asking<Q::Response>
    where
        Q: AnsweredBy<H>,
        H: 'static,
    {
        Asking::new::<Q, H>(self.clone(), query, false)
    }

    /// The aggregate with this id as the store has it: its state, version and history. For tests and tools.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// app.send(deposit).await?;
    /// assert_eq!(app.aggregate::<Account>("25").state().await?.cents, 100);
    /// # Ok(())
    /// # }
    /// ```
    pub fn aggregate<A: Aggregate>(&self, id: impl Into<String>) -> AggregateHandle<A> {
        AggregateHandle::new(Arc::clone(&self.inner.core), id.into())
    }

    /// The committed events of one type from now on, as they come: see [`Subscription`].
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let mut deposits = app.subscribe::<Deposited>();
    /// app.send(deposit).await?;
    /// assert_eq!(deposits.next().await.expect("the application runs")?.cents, 100);
    /// # Ok(())
    /// # }
    /// ```
    pub fn subscribe<E: Event>(&self) -> Subscription<E> {
        Subscription::new(
            Arc::clone(&self.inner.feed),
            self.inner.stop.clone(),
            self.inner.core.extensions.codec.clone(),
        )
    }

    /// Everything that the program can do.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let views: Vec<_> = app.model().views().map(|view| view.meta.name).collect();
    /// assert_eq!(views, ["balance"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn model(&self) -> &Model {
        &self.inner.model
    }

    /// The saga of type `S` with this id as it stands; none where no event came for it. For tests and tools.
    ///
    /// # Errors
    /// [`SagaError::Unreadable`] where what is stored of it cannot be read; [`SagaError::Store`].
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// let checkout = app.saga::<Checkout>("7").await?.expect("an order was placed");
    /// assert_eq!(checkout.state().outcome, "reserved");
    /// assert!(app.saga::<Checkout>("9").await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn saga<S: Saga>(&self, id: impl AsRef<str>) -> Result<Option<SagaState<S>>, SagaError> {
        SagaState::load(self, id.as_ref()).await
    }

    /// The sagas, to be listed and told what to do: see [`Sagas`].
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// assert_eq!(app.sagas().list().await?.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn sagas(&self) -> Sagas {
        Sagas::new(self.clone())
    }

    /// The events that handlers set aside, to be listed, handled again or discarded: see [`DeadLetters`].
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// assert!(app.dead_letters().list().await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn dead_letters(&self) -> DeadLetters {
        DeadLetters::new(self.clone())
    }

    /// Has the lanes of sagas look at once what there is to do.
    pub(crate) fn tell_sagas(&self) {
        self.inner.sagas_told.send_replace(());
    }

    /// What the builder was given with `.state(…)`.
    ///
    /// # Panics
    /// Where the builder was given no state of this type: a mistake in the program, not in its input.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// struct Rate(f64);
    ///
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .state(Rate(0.02))
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.state::<Rate>().0, 0.02);
    /// # Ok(())
    /// # }
    /// ```
    pub fn state<T: Send + Sync + 'static>(&self) -> Arc<T> {
        self.find_state()
            .unwrap_or_else(|| panic!("the builder was not given a state of type `{}`", std::any::type_name::<T>()))
    }

    pub(crate) fn find_state<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.inner.states.get(&TypeId::of::<T>()).cloned()?.downcast().ok()
    }

    /// The settings that are in force.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// assert_eq!(app.settings().event_size, 1 << 20);
    /// # Ok(())
    /// # }
    /// ```
    pub fn settings(&self) -> &Settings {
        &self.inner.core.settings
    }

    pub(crate) fn retry_of(&self, entry: &HandlerEntry) -> Retry {
        self.inner.retry_of(entry)
    }

    pub(crate) fn remedies(&self) -> &Remedies {
        &self.inner.remedies
    }

    pub(crate) fn stores(&self) -> &Stores {
        &self.inner.core.stores
    }

    pub(crate) fn core(&self) -> &CommandCore {
        &self.inner.core
    }

    pub(crate) fn feed(&self) -> &Feed {
        &self.inner.feed
    }

    pub(crate) fn query_timeout(&self) -> Duration {
        self.settings().query_timeout
    }

    pub(crate) fn lanes(&self) -> &[LaneHandle] {
        self.inner.lanes()
    }

    /// The handlers of the program that this application leaves out, as other processes have them.
    pub(crate) fn elsewhere(&self) -> &[LaneHandle] {
        &self.inner.elsewhere
    }

    /// Waits until every event that is stored now, and what follows from it, is handled or set aside, in whichever
    /// process. What follows are the events of the commands that handlers sent through [`Commands`], and what these
    /// led to in turn. Events that others store meanwhile are not waited for, so it ends under any traffic.
    ///
    /// # Errors
    /// [`SettleError::TimedOut`] after `limit`, with the handler that is behind; [`SettleError::ShuttingDown`];
    /// [`SettleError::Store`] where the store cannot be asked.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// app.send(deposit).await?;
    /// app.settle(Duration::from_secs(5)).await?;
    /// // Every view has the deposit now.
    /// let balance = app.query(BalanceOf { account: "25".into() }).await?;
    /// assert_eq!(balance.map(|balance| balance.cents), Some(100));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn settle(&self, limit: Duration) -> Result<(), SettleError> {
        let elsewhere = delivery::at_work(self.elsewhere(), &*self.stores().views).await?;
        let lanes: Vec<_> = self.lanes().iter().chain(elsewhere).collect();
        let settled = delivery::settled(&lanes, &self.inner.feed, delivery::deadline(limit)).await;
        settled.map_err(|unsettled| match unsettled {
            Unsettled::Store(error) => error.into(),
            Unsettled::Awaited(Awaited::Stopped) => SettleError::ShuttingDown,
            Unsettled::Awaited(Awaited::Behind { handler, position } | Awaited::SetAside { handler, position, .. }) => {
                let waiting = format!("handler `{handler}` has not reached position {position}");
                SettleError::TimedOut { waited: limit, waiting }
            }
        })
    }

    /// Stops in order: commands that come later are refused, those under way are answered, running handlers finish,
    /// leases are given back, and the store is closed.
    ///
    /// # Errors
    /// [`ShutdownError::TimedOut`] where handlers were still running after the time limit (30 s); the store is closed
    /// all the same. [`ShutdownError::Store`] where the store could not finish.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// app.send(deposit.clone()).await?;
    /// app.shutdown().await?;
    /// assert!(matches!(app.send(deposit).await, Err(SendError::ShuttingDown)));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn shutdown(&self) -> Result<(), ShutdownError> {
        telemetry::app::stopping();
        let begun = Instant::now();
        let stopped = self.stop().await;
        telemetry::app::stopped(&self.inner, begun, &stopped);
        stopped
    }

    async fn stop(&self) -> Result<(), ShutdownError> {
        let (core, limit) = (&self.inner.core, self.inner.core.settings.shutdown_timeout);
        core.refuse();
        self.inner.stop.cancel();
        let finished = tokio::time::timeout(limit, async {
            self.inner.tasks.wait().await;
            // A lane that was just being claimed gave nothing back.
            if let Err(error) = self.inner.leases.give_all_back().await {
                tracing::warn!(%error, "leases could not be given back");
            }
            core.drain().await;
        });
        let finished = finished.await;
        self.inner.leases.end_renewals().await;
        core.stores.close().await?;
        finished.map_err(|_| ShutdownError::TimedOut { waited: limit })
    }
}
