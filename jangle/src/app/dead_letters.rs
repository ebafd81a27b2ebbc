//! What a person can do about events that handlers set aside.

use super::Jangle;
use crate::{
    StoreError, Timestamp,
    store::{DeadLetterFilter, Remedy, StoredDeadLetter, StoredEvent},
};
use std::{fmt, str::FromStr, sync::Arc, time::Duration};
use tokio::time::Instant;

/// How long a request waits for the process that has the handler to carry it out. It is stored, and is carried out in
/// any case.
const CARRIED_OUT_WITHIN: Duration = Duration::from_secs(2);

/// How often it is looked whether that was done.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// The events that handlers set aside, to be listed, handled again or discarded: see [`Jangle::dead_letters`].
///
/// A dead letter is a pointer to an event, for one handler: other handlers have the event, and the event stays as it is.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/main.txt")]
/// #[event_handler(id = "notify", retry(attempts = 1))]
/// async fn notify(_event: Recorded<Deposited>) -> Result<(), HandlerError> {
///     Err(HandlerError::msg("the mail server is gone"))
/// }
/// # let app = Jangle::builder().only(module_path!()).store(MemoryStore::new()).start().await?;
/// app.send(Deposit { account: "25".into(), cents: 100 }).await?;
/// app.settle(Duration::from_secs(5)).await?;
///
/// let letters = app.dead_letters().of_handler("notify").list().await?;
/// assert_eq!((letters[0].handler(), letters[0].error()), ("notify", "the mail server is gone"));
/// app.dead_letters().discard(letters[0].id()).await?;
/// # assert!(app.dead_letters().list().await?.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "it does something only when it is asked"]
pub struct DeadLetters {
    app: Jangle,
    handler: Option<Arc<str>>,
    after: u64,
    limit: usize,
}

/// Which dead letter: an event, and the handler that set it aside.
///
/// ```
/// use jangle::DeadLetterId;
/// let id: DeadLetterId = "7-00000000000000ff".parse()?;
/// assert_eq!(id.to_string(), "7-00000000000000ff");
/// # Ok::<(), jangle::DeadLetterIdError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeadLetterId {
    position: u64,
    /// A hash of the handler's id.
    handler: u64,
}

/// A text that is no [`DeadLetterId`].
///
/// ```
/// use jangle::DeadLetterId;
/// let error = "seven".parse::<DeadLetterId>().unwrap_err();
/// assert_eq!(error.to_string(), "`seven` is not the id of a dead letter, such as `7-1b5c38f0a2d4e691`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not the id of a dead letter, such as `7-1b5c38f0a2d4e691`")]
pub struct DeadLetterIdError {
    text: String,
}

/// An event that a handler set aside.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/main.txt")]
/// # #[event_handler(id = "notify", retry(attempts = 1))]
/// # async fn notify(_event: Recorded<Deposited>) -> Result<(), HandlerError> {
/// #     Err(HandlerError::msg("the mail server is gone"))
/// # }
/// # let app = Jangle::builder().only(module_path!()).store(MemoryStore::new()).start().await?;
/// # app.send(Deposit { account: "25".into(), cents: 100 }).await?;
/// # app.settle(Duration::from_secs(5)).await?;
/// let letter = &app.dead_letters().list().await?[0];
/// assert_eq!((letter.handler(), letter.attempts(), letter.position()), ("notify", 1, 1));
/// let event = letter.event().expect("the event is there");
/// assert_eq!((&*event.name, event.stream.aggregate_id()), ("bank.deposited", "25"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    stored: StoredDeadLetter,
    event: Option<StoredEvent>,
}

impl DeadLetterId {
    fn of(letter: &StoredDeadLetter) -> Self {
        Self { position: letter.exception.position, handler: hash(&letter.lane.handler) }
    }
}

/// FNV-1a, 64 bits: <http://www.isthe.com/chongo/tech/comp/fnv/>.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

impl fmt::Display for DeadLetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:016x}", self.position, self.handler)
    }
}

impl FromStr for DeadLetterId {
    type Err = DeadLetterIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('-').and_then(|(position, handler)| {
            let handler = u64::from_str_radix(handler, 16).ok().filter(|_| handler.len() == 16)?;
            Some(Self { position: position.parse().ok()?, handler })
        });
        parts.ok_or_else(|| DeadLetterIdError { text: text.to_owned() })
    }
}

impl DeadLetter {
    /// Which one it is.
    pub fn id(&self) -> DeadLetterId {
        DeadLetterId::of(&self.stored)
    }

    /// The id of the handler that set the event aside.
    pub fn handler(&self) -> &str {
        &self.stored.lane.handler
    }

    /// How often it was tried.
    pub fn attempts(&self) -> u32 {
        self.stored.exception.attempts
    }

    /// What the last attempt said.
    pub fn error(&self) -> &str {
        &self.stored.exception.error
    }

    /// The event's position.
    pub fn position(&self) -> u64 {
        self.stored.exception.position
    }

    /// When the first attempt failed.
    pub fn failing_since(&self) -> Option<Timestamp> {
        self.stored.exception.failing_since
    }

    /// What somebody said is to be done, as long as it is not.
    pub fn remedy(&self) -> Option<Remedy> {
        self.stored.remedy
    }

    /// The event, as it is stored; none where it is gone from the store.
    pub fn event(&self) -> Option<&StoredEvent> {
        self.event.as_ref()
    }
}

impl DeadLetters {
    pub(super) fn new(app: Jangle) -> Self {
        Self { app, handler: None, after: 0, limit: DeadLetterFilter::default().limit }
    }

    /// Only those of the handler with this id.
    pub fn of_handler(mut self, id: &str) -> Self {
        self.handler = Some(id.into());
        self
    }

    /// Only those of events after this position: for the next page.
    pub fn after(mut self, position: u64) -> Self {
        self.after = position;
        self
    }

    /// At most so many; 1,000 unless said.
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Lists them, in the order of the events; without those that are about to be discarded.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    pub async fn list(&self) -> Result<Vec<DeadLetter>, StoreError> {
        let filter = DeadLetterFilter {
            handler: self.handler.clone(),
            after: self.after,
            limit: self.limit,
            ..DeadLetterFilter::default()
        };
        self.letters(filter).await
    }

    /// The dead letter with this id; none where it is gone.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    pub async fn show(&self, id: DeadLetterId) -> Result<Option<DeadLetter>, StoreError> {
        let filter = DeadLetterFilter { position: Some(id.position), ..DeadLetterFilter::default() };
        Ok(self.letters(filter).await?.into_iter().find(|letter| letter.id() == id))
    }

    /// Has the handler handle the event again, with as many attempts as at first. It may be set aside again. Whether there
    /// was such a dead letter.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written.
    pub async fn retry(&self, id: DeadLetterId) -> Result<bool, StoreError> {
        self.remedy(id, Remedy::Retry).await
    }

    /// Has the handler that [`of_handler`](Self::of_handler) names, or else all handlers, handle again what they set aside.
    /// Answers how many events.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written.
    pub async fn retry_all(&self) -> Result<u64, StoreError> {
        self.remedy_all(Remedy::Retry).await
    }

    /// Forgets a dead letter: the handler does not get the event any more. Whether there was such a dead letter.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written.
    pub async fn discard(&self, id: DeadLetterId) -> Result<bool, StoreError> {
        self.remedy(id, Remedy::Discard).await
    }

    /// Forgets the dead letters of the handler that [`of_handler`](Self::of_handler) names, or else of all. Answers how
    /// many.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written.
    pub async fn discard_all(&self) -> Result<u64, StoreError> {
        self.remedy_all(Remedy::Discard).await
    }

    async fn letters(&self, filter: DeadLetterFilter) -> Result<Vec<DeadLetter>, StoreError> {
        let mut stored = self.app.stores().views.dead_letters(filter).await?;
        stored.retain(|letter| letter.remedy != Some(Remedy::Discard));
        // A handler that fills several views has set the event aside for each.
        stored.dedup_by_key(|letter| DeadLetterId::of(letter));
        let mut letters = Vec::with_capacity(stored.len());
        let positions = stored.iter().map(|letter| letter.exception.position).collect();
        let events = self.app.stores().events.read_at(positions).await?;
        for letter in stored {
            let event = events.iter().find(|event| event.position == letter.exception.position);
            letters.push(DeadLetter { event: event.map(|event| self.plain(event)), stored: letter });
        }
        Ok(letters)
    }

    /// The event as its code wrote it, where the serializer can read it.
    fn plain(&self, event: &StoredEvent) -> StoredEvent {
        let plain = self.app.core().extensions.codec.plain(&Arc::new(event.clone()));
        plain.map_or_else(|_| event.clone(), |plain| StoredEvent::clone(&plain))
    }

    async fn remedy(&self, id: DeadLetterId, remedy: Remedy) -> Result<bool, StoreError> {
        let Some(letter) = self.show(id).await? else { return Ok(false) };
        self.request(letter.stored.lane.handler, Some(id.position), remedy).await?;
        Ok(true)
    }

    async fn remedy_all(&self, remedy: Remedy) -> Result<u64, StoreError> {
        let letters = DeadLetters { after: 0, limit: usize::MAX, ..self.clone() }.list().await?;
        let mut handlers: Vec<_> = letters.iter().map(|letter| Arc::clone(&letter.stored.lane.handler)).collect();
        handlers.sort();
        handlers.dedup();
        for handler in handlers {
            self.request(handler, None, remedy).await?;
        }
        Ok(letters.len() as u64)
    }

    /// Stores what is to be done, and waits a while for it to be done, in whichever process.
    async fn request(&self, handler: Arc<str>, position: Option<u64>, remedy: Remedy) -> Result<(), StoreError> {
        let views = &self.app.stores().views;
        views.remedy(Arc::clone(&handler), position, remedy).await?;
        self.app.remedies().ask();
        let until = Instant::now() + CARRIED_OUT_WITHIN;
        let filter =
            DeadLetterFilter { handler: Some(handler), position, with_remedy: true, limit: 1, ..Default::default() };
        while Instant::now() < until && !views.dead_letters(filter.clone()).await?.is_empty() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }
}
