//! The kinds of values that settings have, as text.

use std::time::Duration;

/// A value that can be written in an environment variable.
pub(super) trait Value: PartialOrd {
    /// What it is, in words.
    const KIND: &'static str;
    /// Above it there is nothing to say.
    const MOST: Self;

    /// The value that `text` means.
    fn read(text: &str) -> Option<Self>
    where
        Self: Sized;

    /// As `read` takes it.
    fn show(&self) -> String;
}

/// What a setting can be, the ends included.
pub(super) struct Range<T> {
    pub(super) least: T,
    pub(super) most: T,
}

impl<T: Value> Range<T> {
    pub(super) fn holds(&self, value: &T) -> bool {
        (&self.least..=&self.most).contains(&value)
    }

    /// In words.
    pub(super) fn expected(&self) -> String {
        let (kind, least) = (T::KIND, self.least.show());
        match self.most >= T::MOST {
            true => format!("{kind}, {least} or more"),
            false => format!("{kind}, from {least} to {}", self.most.show()),
        }
    }
}

impl Value for usize {
    const KIND: &'static str = "a whole number";
    const MOST: Self = Self::MAX;

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

const UNLIMITED: &str = "unlimited";
const UNITS: [(&str, f64); 5] = [("", 1.0), ("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];

impl Value for Duration {
    const KIND: &'static str = "a duration such as `30s`";
    const MOST: Self = Self::MAX;

    fn read(text: &str) -> Option<Self> {
        if text == UNLIMITED {
            return Some(Self::MAX);
        }
        let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = text[number.len()..].trim();
        let (_, seconds) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
        // Rust reads more as a number: signs, exponents, infinity.
        let is_plain = number.trim_end().bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number: f64 = number.trim_end().parse().ok().filter(|_| is_plain)?;
        Self::try_from_secs_f64(number * seconds).ok()
    }

    fn show(&self) -> String {
        let (seconds, below) = (self.as_secs(), self.subsec_nanos());
        match (seconds, below) {
            _ if *self == Self::MAX => UNLIMITED.to_owned(),
            (0, 0) => "0s".to_owned(),
            (_, 0) if seconds.is_multiple_of(3600) => format!("{}h", seconds / 3600),
            (_, 0) if seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
            (_, 0) => format!("{seconds}s"),
            (0, _) => format!("{}ms", self.as_secs_f64() * 1000.0),
            _ => format!("{}s", self.as_secs_f64()),
        }
    }
}
