//! Calendar days, as statements date their lines.

use jangle::{
    Timestamp,
    view::{ColumnValue, KeyValue, Ordered, Value, ValueType, ViewError},
};
use jiff::{civil::Date, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// A calendar day; shown and stored as `1996-07-28`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// Text that is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a day such as 1996-07-28")]
pub struct DayError;

impl Day {
    /// The day that six digits `YYMMDD` name, if the calendar has it. Years 69 to 99 belong to the twentieth century,
    /// earlier ones to the next.
    pub fn from_yymmdd(text: &str) -> Option<Self> {
        if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let part = |from: usize| text[from..from + 2].parse::<i8>().ok();
        let (year, month, day) = (i16::from(part(0)?), part(2)?, part(4)?);
        let century = if year < 69 { 2000 } else { 1900 };
        Date::new(century + year, month, day).ok().map(Self)
    }

    /// The day of a point in time, in UTC.
    pub fn of(time: Timestamp) -> Self {
        let time = jiff::Timestamp::from_microsecond(time.as_micros()).unwrap_or_default();
        Self(TimeZone::UTC.to_datetime(time).date())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        text.parse().map(Self).map_err(|_| DayError)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl ColumnValue for Day {
    const TYPE: ValueType = ValueType::Text;

    fn into_value(self) -> Result<Value, ViewError> {
        Ok(Value::Text(self.to_string()))
    }

    fn from_value(value: &Value) -> Result<Self, ViewError> {
        let text = String::from_value(value)?;
        text.parse().map_err(|_| ViewError::OutOfRange { value: text })
    }
}

impl KeyValue for Day {}
impl Ordered for Day {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_a_day_of_the_calendar() {
        assert_eq!(Day::from_yymmdd("960728").map(|day| day.to_string()).as_deref(), Some("1996-07-28"));
        assert_eq!(Day::from_yymmdd("960229").map(|day| day.to_string()).as_deref(), Some("1996-02-29"));
        for text in ["", "970229", "961301", "960732", "960700", "96072", "9607280", "96-7-2", "96O728", "96072é"] {
            assert_eq!(Day::from_yymmdd(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_ordered_as_their_text() {
        let days = ["690101", "951231", "960101", "000101", "681231"].map(|text| Day::from_yymmdd(text).expect(text));
        assert!(days.is_sorted() && days.map(|day| day.to_string()).is_sorted());
    }
}
