//! Live streams of committed events.

use super::Feed;
use crate::{
    error::SubscribeError,
    event::{Event, Recorded},
    payload::why_undecodable,
    query::After,
    store::{BoxFuture, StoreError, StoredEvent},
};
use futures_core::Stream;
use std::{
    collections::VecDeque,
    fmt,
    future::poll_fn,
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// How many events are read at a time.
const PAGE: usize = 256;

/// How long to wait before a store is read again that could not be.
const AGAIN: Duration = Duration::from_millis(100);

/// The committed events of one type as they come, for server-sent events and websockets: what
/// [`Jangle::subscribe`](crate::Jangle::subscribe) returns. Also a [`Stream`].
///
/// Each event comes once, in the order of positions, and none is skipped. Whoever is slow reads the store later, and
/// makes nobody wait. Nothing is remembered: after a restart, go on with [`from`](Self::from) behind the last position.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// let mut deposits = app.subscribe::<Deposited>();
/// app.send(deposit).await?;
/// let event = deposits.next().await.expect("the application runs")?;
/// assert_eq!((event.aggregate_id(), event.cents), ("25", 100));
///
/// app.shutdown().await?;
/// assert!(deposits.next().await.is_none());
/// # Ok(())
/// # }
/// ```
#[must_use = "events come when `next` is awaited"]
pub struct Subscription<E> {
    feed: Arc<Feed>,
    stop: CancellationToken,
    /// Everything up to here was read.
    position: u64,
    page: VecDeque<Arc<StoredEvent>>,
    reading: Option<BoxFuture<'static, Result<Vec<Arc<StoredEvent>>, StoreError>>>,
    of: PhantomData<fn() -> E>,
}

impl<E> fmt::Debug for Subscription<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("position", &self.position).finish_non_exhaustive()
    }
}

impl<E: Event> Subscription<E> {
    /// From now on.
    pub(crate) fn new(feed: Arc<Feed>, stop: CancellationToken) -> Self {
        let position = *feed.head().borrow();
        Self { feed, stop, position, page: VecDeque::new(), reading: None, of: PhantomData }
    }

    /// Begins with the event at `position`, or the first one behind it; 0 or 1 is the beginning.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// app.send(deposit.clone()).await?;
    /// app.send(deposit).await?;
    /// let mut deposits = app.subscribe::<Deposited>().from(2);
    /// assert_eq!(deposits.next().await.expect("the application runs")?.position(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn from(self, position: u64) -> Self {
        Self { position: position.saturating_sub(1), page: VecDeque::new(), reading: None, ..self }
    }

    /// Begins behind what a receipt stands for.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let receipt = app.send(deposit.clone()).await?;
    /// app.send(deposit).await?;
    /// let mut deposits = app.subscribe::<Deposited>().after(&receipt);
    /// assert_eq!(deposits.next().await.expect("the application runs")?.version(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn after(self, receipt: impl Into<After>) -> Self {
        let After { position, .. } = receipt.into();
        self.from(position.saturating_add(1))
    }

    /// The next event, as soon as there is one; none once the application shuts down.
    ///
    /// # Errors
    /// [`SubscribeError::Undecodable`] of one event; the next call goes on behind it. [`SubscribeError::Store`] where
    /// the store cannot be read; the next call tries again, after a moment.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// app.send(deposit).await?;
    /// let mut deposits = app.subscribe::<Deposited>().from(1);
    /// while let Some(event) = deposits.next().await {
    ///     let event = event?;
    ///     println!("id: {}\ndata: {} got {} cents\n", event.position(), event.aggregate_id(), event.cents);
    /// #   app.shutdown().await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn next(&mut self) -> Option<Result<Recorded<E>, SubscribeError>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Recorded<E>, SubscribeError>>> {
        loop {
            if let Some(event) = self.page.pop_front() {
                return Poll::Ready(Some(decoded(event)));
            }
            let (feed, stop, position) = (&self.feed, &self.stop, self.position);
            let reading = self.reading.get_or_insert_with(|| Box::pin(read(Arc::clone(feed), stop.clone(), position)));
            let page = ready!(reading.as_mut().poll(cx));
            self.reading = None;
            match page {
                Ok(events) => {
                    let Some(last) = events.last() else { return Poll::Ready(None) };
                    self.position = last.position;
                    self.page.extend(events.into_iter().filter(|event| *event.name == *E::NAME));
                }
                Err(StoreError::Closed) => return Poll::Ready(None),
                Err(error) => {
                    let (feed, stop, position) = (Arc::clone(&self.feed), self.stop.clone(), self.position);
                    self.reading = Some(Box::pin(async move {
                        tokio::time::sleep(AGAIN).await;
                        read(feed, stop, position).await
                    }));
                    return Poll::Ready(Some(Err(error.into())));
                }
            }
        }
    }
}

/// Some events after `position`, as soon as there are any; none once the application shuts down.
async fn read(feed: Arc<Feed>, stop: CancellationToken, position: u64) -> Result<Vec<Arc<StoredEvent>>, StoreError> {
    let mut head = feed.head();
    while !stop.is_cancelled() {
        head.mark_unchanged();
        let events = feed.read(position, PAGE).await?;
        if !events.is_empty() {
            return Ok(events);
        }
        tokio::select! {
            changed = head.changed() => if changed.is_err() { break },
            () = stop.cancelled() => {}
        }
    }
    Ok(Vec::new())
}

fn decoded<E: Event>(stored: Arc<StoredEvent>) -> Result<Recorded<E>, SubscribeError> {
    match E::decode(&stored.payload) {
        Ok(event) => Ok(Recorded::new(event, stored)),
        Err(error) => Err(SubscribeError::Undecodable {
            event: stored.name.to_string(),
            position: stored.position,
            schema_version: stored.schema_version,
            reason: why_undecodable(&error),
        }),
    }
}

impl<E: Event> Stream for Subscription<E> {
    type Item = Result<Recorded<E>, SubscribeError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(cx)
    }
}
