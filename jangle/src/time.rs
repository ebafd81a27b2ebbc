//! Points in time, and where they come from.

use crate::store::BoxFuture;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr, time::Duration};
use uuid::Uuid;

/// A point in time with a precision of one microsecond, independent of time zones.
///
/// Stored as microseconds since 1970-01-01T00:00:00Z; shown, and written as JSON, as RFC 3339 text.
///
/// ```
/// use jangle::Timestamp;
/// let noon: Timestamp = "1996-07-28T12:00:00Z".parse()?;
/// assert_eq!(noon.as_micros(), 838_555_200_000_000);
/// assert_eq!(noon.to_string(), "1996-07-28T12:00:00Z");
/// # Ok::<(), jangle::TimestampError>(())
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Text that is not a point in time.
///
/// ```
/// use jangle::Timestamp;
/// let error = "noon".parse::<Timestamp>().unwrap_err();
/// assert_eq!(error.to_string(), "`noon` is not a time such as 1996-07-28T12:00:00Z");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a time such as 1996-07-28T12:00:00Z")]
pub struct TimestampError {
    text: String,
}

impl Timestamp {
    /// The point `micros` microseconds after 1970-01-01T00:00:00Z (before it, where negative).
    ///
    /// ```
    /// use jangle::Timestamp;
    /// let time = Timestamp::from_micros(1_500_000);
    /// assert_eq!((time.to_string().as_str(), time.as_micros()), ("1970-01-01T00:00:01.5Z", 1_500_000));
    /// ```
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    ///
    /// ```
    /// use jangle::Timestamp;
    /// let time = Timestamp::from_micros(1_500_000);
    /// assert_eq!((time.to_string().as_str(), time.as_micros()), ("1970-01-01T00:00:01.5Z", 1_500_000));
    /// ```
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The point `duration` later; the latest one there is, where that lies beyond it.
    ///
    /// ```
    /// use jangle::Timestamp;
    /// use std::time::Duration;
    /// let noon: Timestamp = "1996-07-28T12:00:00Z".parse()?;
    /// assert_eq!(noon.after(Duration::from_secs(60)).to_string(), "1996-07-28T12:01:00Z");
    /// # Ok::<(), jangle::TimestampError>(())
    /// ```
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros))
    }

    /// How much time passed from `earlier` until this point; zero where `earlier` is later.
    ///
    /// ```
    /// use jangle::Timestamp;
    /// use std::time::Duration;
    /// let noon: Timestamp = "1996-07-28T12:00:00Z".parse()?;
    /// let later = noon.after(Duration::from_secs(60));
    /// assert_eq!((later.since(noon), noon.since(later)), (Duration::from_secs(60), Duration::ZERO));
    /// # Ok::<(), jangle::TimestampError>(())
    /// ```
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(time) => time.fmt(f),
            // Beyond the years that a calendar covers.
            Err(_) => write!(f, "{}us", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>()
            .map(|time| Self(time.as_microsecond()))
            .map_err(|_| TimestampError { text: text.to_owned() })
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Where time and randomness come from, so that tests can own them.
///
/// ```
/// use jangle::{Environment, SystemEnvironment, Timestamp};
/// use uuid::Uuid;
///
/// /// A clock that a test sets.
/// struct At(Timestamp);
///
/// impl Environment for At {
///     fn now(&self) -> Timestamp {
///         self.0
///     }
///     fn new_id(&self) -> Uuid {
///         SystemEnvironment.new_id()
///     }
/// }
///
/// let noon: Timestamp = "1996-07-28T12:00:00Z".parse()?;
/// assert_eq!(At(noon).now(), noon);
/// # Ok::<(), jangle::TimestampError>(())
/// ```
pub trait Environment: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// A new identifier that no other has: a UUID of version 7, later ones greater.
    fn new_id(&self) -> Uuid;

    /// Waits until this time has come. A clock that a test turns wakes those who wait when it is turned.
    ///
    /// ```
    /// use jangle::{Environment, SystemEnvironment};
    /// use std::time::Duration;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let soon = SystemEnvironment.now().after(Duration::from_millis(1));
    /// SystemEnvironment.until(soon).await;
    /// assert!(SystemEnvironment.now() >= soon);
    /// # }
    /// ```
    fn until(&self, time: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            // A clock may go more slowly than that of the machine, and even stand still.
            while self.now() < time {
                let wait = time.since(self.now()).clamp(Duration::from_millis(1), Duration::from_secs(3600));
                tokio::time::sleep(wait).await;
            }
        })
    }
}

/// The time and the randomness of the operating system.
///
/// ```
/// use jangle::{Environment, SystemEnvironment};
/// assert!(SystemEnvironment.now().as_micros() > 0);
/// assert!(SystemEnvironment.new_id() < SystemEnvironment.new_id());
/// ```
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemEnvironment;

impl Environment for SystemEnvironment {
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
