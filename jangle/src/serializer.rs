//! What stands between JSON and the store: encryption, compression, another format.

use crate::store::{StoredEvent, StreamId};
use std::{
    borrow::Cow,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

/// Turns what is to be stored of events and commands into other text, and back: to encrypt it, to compress it, or to
/// write another format than JSON. Set with [`JangleBuilder::serializer`](crate::JangleBuilder::serializer).
///
/// What goes through it is the [`Content`]: payloads of events, replies and refusals in receipts, snapshots. What does
/// not: names, ids, times, the metadata of events, and the rows of views, which are what handlers merge into them. A
/// receipt also keeps a hash of its command, without a key.
///
/// [`read`](Serializer::read) gets whatever is in the store, also what was stored before there was a serializer, or by
/// an earlier one: let what you write say what it is, as below. It fails for one event at a time: an aggregate with
/// such an event cannot be rebuilt, and a handler's attempt fails like any other. A snapshot that cannot be read is
/// made again.
///
/// ```
#[doc = include_str!("../doc/account.txt")]
#[doc = include_str!("../doc/main.txt")]
/// use jangle::{Serializer, SerializerError, serializer::Content};
///
/// /// Hides what is stored from a glance. (Use a real cipher, with a key for each `of.stream()`.)
/// struct Rot13;
///
/// fn rot13(text: &str) -> String {
///     let turned = |letter: char, first: u8| (((letter as u8 - first) + 13) % 26 + first) as char;
///     let turn = |letter: char| match letter {
///         'a'..='z' => turned(letter, b'a'),
///         'A'..='Z' => turned(letter, b'A'),
///         other => other,
///     };
///     text.chars().map(turn).collect()
/// }
///
/// impl Serializer for Rot13 {
///     fn write(&self, json: String, _of: &Content<'_>) -> Result<String, SerializerError> {
///         Ok(format!("rot13:{}", rot13(&json)))
///     }
///
///     fn read(&self, stored: &str, _of: &Content<'_>) -> Result<String, SerializerError> {
///         match stored.strip_prefix("rot13:") {
///             Some(hidden) => Ok(rot13(hidden)),
///             // From the time before.
///             None if stored.starts_with('{') => Ok(stored.to_owned()),
///             None => Err(SerializerError::new("it was written in another way")),
///         }
///     }
/// }
///
/// let app = Jangle::builder()
/// #   .only(module_path!())
///     .store(MemoryStore::new())
///     .serializer(Rot13)
///     .start()
///     .await?;
/// assert_eq!(app.send(Deposit { account: "25".into(), cents: 100 }).await?.reply, 100);
/// # Ok(())
/// # }
/// ```
pub trait Serializer: Send + Sync + 'static {
    /// What is stored for `json`.
    ///
    /// # Errors
    /// Why it cannot be written. The command is not done.
    fn write(&self, json: String, of: &Content<'_>) -> Result<String, SerializerError>;

    /// What `stored` was written from.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, stored: &str, of: &Content<'_>) -> Result<String, SerializerError>;
}

/// What is written or read: whose, and which part.
///
/// ```
/// use jangle::serializer::{Content, Part};
/// /// Which key to take.
/// fn key(of: &Content<'_>) -> String {
///     match of.part() {
///         Part::Snapshot => "snapshots".to_owned(),
///         _ => of.stream().aggregate_id().to_owned(),
///     }
/// }
/// # let _ = key;
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    stream: &'a StreamId,
    part: Part<'a>,
}

/// Which part of what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part<'a> {
    /// An event's payload: JSON.
    #[non_exhaustive]
    Event {
        /// The stored name of its type.
        name: &'a str,
        /// The version of its schema.
        schema_version: u32,
    },
    /// The reply to a command, kept with its receipt: JSON.
    #[non_exhaustive]
    Reply {
        /// The command's name.
        command: &'a str,
    },
    /// The text of a refusal, kept with its command's receipt.
    #[non_exhaustive]
    Refusal {
        /// The command's name.
        command: &'a str,
    },
    /// An aggregate's state: MessagePack, as hexadecimal digits.
    Snapshot,
}

impl<'a> Content<'a> {
    /// The aggregate that it belongs to.
    pub fn stream(&self) -> &'a StreamId {
        self.stream
    }

    /// Which part it is.
    pub fn part(&self) -> Part<'a> {
        self.part
    }
}

/// Why a [`Serializer`] could not write or read something.
///
/// It is a fixed text, so that no message can quote what was to be stored.
///
/// ```
/// use jangle::SerializerError;
/// let error = SerializerError::new("the key is gone");
/// assert_eq!(error.to_string(), "the key is gone");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SerializerError {
    reason: &'static str,
}

impl SerializerError {
    /// An error that says `reason`.
    pub const fn new(reason: &'static str) -> Self {
        Self { reason }
    }
}

/// The application's serializer, if it has one. Without, everything stays as it is and nothing is copied.
#[derive(Clone, Default)]
pub(crate) struct Codec(Option<Arc<dyn Serializer>>);

impl fmt::Debug for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Codec").field(&self.0.is_some()).finish()
    }
}

impl Codec {
    pub(crate) fn new(serializer: impl Serializer) -> Self {
        Self(Some(Arc::new(serializer)))
    }

    /// Whether what is stored is what was said.
    pub(crate) fn is_plain(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn write(&self, text: String, stream: &StreamId, part: Part<'_>) -> Result<String, SerializerError> {
        match &self.0 {
            None => Ok(text),
            Some(serializer) => guarded(|| serializer.write(text, &Content { stream, part })),
        }
    }

    pub(crate) fn read<'t>(
        &self,
        stored: &'t str,
        stream: &StreamId,
        part: Part<'_>,
    ) -> Result<Cow<'t, str>, SerializerError> {
        match &self.0 {
            None => Ok(Cow::Borrowed(stored)),
            Some(serializer) => guarded(|| serializer.read(stored, &Content { stream, part })).map(Cow::Owned),
        }
    }

    /// The event with its payload as JSON, or why that cannot be read.
    pub(crate) fn plain(&self, event: &Arc<StoredEvent>) -> Result<Arc<StoredEvent>, String> {
        if self.is_plain() {
            return Ok(Arc::clone(event));
        }
        let StoredEvent { name, schema_version, position, .. } = &**event;
        let part = Part::Event { name, schema_version: *schema_version };
        let payload = self.read(&event.payload, &event.stream, part).map_err(|error| {
            format!("the serializer cannot read the event `{name}` at position {position}: {error}")
        })?;
        Ok(Arc::new(StoredEvent { payload: payload.into_owned(), ..StoredEvent::clone(event) }))
    }

    /// For a snapshot, which is bytes.
    pub(crate) fn write_bytes(&self, bytes: Vec<u8>, stream: &StreamId) -> Result<Vec<u8>, SerializerError> {
        match self.is_plain() {
            true => Ok(bytes),
            false => self.write(to_hex(&bytes), stream, Part::Snapshot).map(String::into_bytes),
        }
    }

    pub(crate) fn read_bytes(&self, stored: Vec<u8>, stream: &StreamId) -> Result<Vec<u8>, SerializerError> {
        if self.is_plain() {
            return Ok(stored);
        }
        let text = std::str::from_utf8(&stored).map_err(|_| NOT_OURS)?;
        from_hex(&self.read(text, stream, Part::Snapshot)?).ok_or(NOT_OURS)
    }
}

const NOT_OURS: SerializerError = SerializerError::new("it was not written through this serializer");

/// A panic of the serializer is an error like any other: it may come in the middle of a batch.
fn guarded<T>(run: impl FnOnce() -> Result<T, SerializerError>) -> Result<T, SerializerError> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(Err(SerializerError::new("the serializer panicked")))
}

fn to_hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::{from_hex, to_hex};

    #[test]
    fn bytes_are_read_as_they_were_written() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(from_hex(&to_hex(&bytes)), Some(bytes));
        assert_eq!((from_hex("0"), from_hex("0g"), from_hex("é")), (None, None, None));
    }
}
