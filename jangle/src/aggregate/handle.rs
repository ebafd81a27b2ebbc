//! Looking at one aggregate, for tests and tools.

use super::{Aggregate, PastEvent};
use crate::{
    command::{
        core::CommandCore,
        load::{self, LoadError},
    },
    error::AggregateError,
    store::{StoreError, StoredEvent, StreamId},
};
use std::{fmt, marker::PhantomData, sync::Arc};

/// How many events are read at a time.
const PAGE: usize = 1000;

/// One aggregate as the store has it: [`Jangle::aggregate`](crate::Jangle::aggregate).
///
/// It is for tests and tools. It reads all events, past caches and snapshots, and only what is committed; what a
/// program decides belongs into a validator, and what it shows into a view.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// app.send(deposit.clone()).await?;
/// app.send(deposit).await?;
/// let account = app.aggregate::<Account>("25");
/// assert_eq!((account.state().await?.cents, account.version().await?), (200, 2));
/// assert_eq!(account.at_version(1).state().await?.cents, 100);
/// # Ok(())
/// # }
/// ```
pub struct AggregateHandle<A> {
    core: Arc<CommandCore>,
    stream: StreamId,
    until: Option<u64>,
    aggregate: PhantomData<fn() -> A>,
}

impl<A> fmt::Debug for AggregateHandle<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stream, until, .. } = self;
        f.debug_struct("AggregateHandle").field("stream", stream).field("until", until).finish_non_exhaustive()
    }
}

impl<A> Clone for AggregateHandle<A> {
    fn clone(&self) -> Self {
        let (core, stream) = (Arc::clone(&self.core), self.stream.clone());
        Self { core, stream, until: self.until, aggregate: PhantomData }
    }
}

impl<A: Aggregate> AggregateHandle<A> {
    pub(crate) fn new(core: Arc<CommandCore>, id: String) -> Self {
        Self { core, stream: StreamId::new(A::META.name, id), until: None, aggregate: PhantomData }
    }

    /// The same aggregate as it was at `version`; 0 is before its first event.
    ///
    /// Awaited, its methods fail with [`AggregateError::NoVersion`] where it has fewer events.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// app.send(deposit).await?;
    /// let before = app.aggregate::<Account>("25").at_version(0);
    /// assert_eq!(before.state().await?.cents, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn at_version(mut self, version: u64) -> Self {
        self.until = Some(version);
        self
    }

    /// The state, rebuilt from the events; that of a new aggregate, where there are none.
    ///
    /// # Errors
    /// [`AggregateError`].
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
    pub async fn state(&self) -> Result<A, AggregateError> {
        let (mut state, mut version) = (A::default(), 0);
        let apply = |event: StoredEvent| load::apply_stored(&self.core, &mut state, &mut version, &event);
        self.each(apply).await?;
        Ok(state)
    }

    /// The version: how many events it has; 0 where it does not exist.
    ///
    /// # Errors
    /// [`AggregateError`].
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// assert_eq!(app.aggregate::<Account>("25").version().await?, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn version(&self) -> Result<u64, AggregateError> {
        let mut last = 0;
        self.each(|event| {
            last = event.version;
            Ok(())
        })
        .await?;
        Ok(last)
    }

    /// Everything that happened to it, in order.
    ///
    /// # Errors
    /// [`AggregateError`].
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// app.send(deposit).await?;
    /// app.send(Withdraw { account: "25".into(), cents: 30 }).await?;
    /// let history = app.aggregate::<Account>("25").history().await?;
    /// let names: Vec<_> = history.iter().map(|event| event.name()).collect();
    /// assert_eq!(names, ["bank.deposited", "bank.withdrawn"]);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn history(&self) -> Result<Vec<PastEvent>, AggregateError> {
        let mut history = Vec::new();
        self.each(|event| {
            history.push(PastEvent::new(event, self.core.extensions.codec.clone()));
            Ok(())
        })
        .await?;
        Ok(history)
    }

    /// Hands each event up to the version that was asked for to `take`, by version.
    async fn each(&self, mut take: impl FnMut(StoredEvent) -> Result<(), LoadError>) -> Result<(), AggregateError> {
        let until = self.until.unwrap_or(u64::MAX);
        let mut version = 0;
        while version < until {
            let page = usize::try_from(until - version).unwrap_or(usize::MAX).min(PAGE);
            let events = self.core.stores.events.read_stream(self.stream.clone(), version, page).await;
            let events = events.map_err(|error| self.failed(error))?;
            let is_last = events.len() < page;
            for event in events {
                version = event.version;
                take(event).map_err(|error| match error {
                    LoadError::Store(error) => self.failed(error),
                    LoadError::Unreadable(reason) | LoadError::Rebuild(reason) => {
                        AggregateError::Rebuild { stream: self.stream.clone(), reason }
                    }
                })?;
            }
            if is_last {
                break;
            }
        }
        match self.until {
            Some(until) if until > version => {
                Err(AggregateError::NoVersion { stream: self.stream.clone(), version: until, actual: version })
            }
            _ => Ok(()),
        }
    }

    fn failed(&self, source: StoreError) -> AggregateError {
        AggregateError::Store { stream: self.stream.clone(), source }
    }
}
