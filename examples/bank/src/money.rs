//! Amounts of money, in whole minor units: adding them up is exact.

use jangle::view::{ColumnValue, Ordered, Summable, Value, ValueType, ViewError};
use serde::{Deserialize, Serialize};
use std::{fmt, iter::Sum, ops::Neg, str::FromStr};

/// An amount of money in minor units (hundredths), positive or negative.
///
/// ```
/// use bank::Money;
/// let amount: Money = "12.5".parse()?;
/// assert_eq!((amount.minor(), amount.to_string()), (1250, "12.50".to_owned()));
/// assert_eq!(Money::from_minor(-123_456_789).grouped(), "-1,234,567.89");
/// # Ok::<(), bank::MoneyError>(())
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

/// Text that is no amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// It has another form.
    #[error("an amount such as 1234.50")]
    Form,
    /// It is greater than anything that this bank keeps.
    #[error("an amount of at most {}", Money::MAX.grouped())]
    Large,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The greatest amount that is read; sums may be greater.
    pub const MAX: Self = Self(99_999_999_999_999);

    /// The amount of this many minor units.
    pub const fn from_minor(minor: i64) -> Self {
        Self(minor)
    }

    /// How many minor units it is.
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// The sum, where it can be counted.
    pub fn checked_add(self, more: Self) -> Option<Self> {
        self.0.checked_add(more.0).map(Self)
    }

    /// How far it is from `other`.
    pub fn distance(self, other: Self) -> Self {
        Self(i64::try_from(self.0.abs_diff(other.0)).unwrap_or(i64::MAX))
    }

    /// The mean of `number` amounts that add up to this one, rounded to the nearest minor unit, halves away from zero;
    /// nothing for none.
    pub fn mean_of(self, number: u64) -> Self {
        if number == 0 {
            return Self::ZERO;
        }
        let (sum, number) = (i128::from(self.0), i128::from(number));
        let rounded = (2 * sum.abs() + number) / (2 * number) * sum.signum();
        Self(i64::try_from(rounded).unwrap_or(self.0))
    }

    /// The amount with a comma between thousands, for people.
    pub fn grouped(self) -> String {
        let text = self.to_string();
        let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
        let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
        format!("{sign}{}.{cents}", group(digits))
    }

    /// An amount with an optional `-` before it, as a balance is written.
    ///
    /// # Errors
    /// [`MoneyError`] says what was expected.
    pub fn parse_signed(text: &str) -> Result<Self, MoneyError> {
        match text.strip_prefix('-') {
            Some(amount) => amount.parse().map(Self::neg),
            None => text.parse(),
        }
    }
}

/// Digits with a comma between thousands.
pub fn group(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

impl Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |sum, amount| Self(sum.0.saturating_add(amount.0)))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let minor = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", minor / 100, minor % 100))
    }
}

/// Digits, and after a point one or two more. No sign, no exponent, no separators.
impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (whole, cents) = text.split_once('.').unwrap_or((text, "0"));
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(cents) || cents.len() > 2 {
            return Err(MoneyError::Form);
        }
        let minor = whole.parse::<i64>().ok().and_then(|whole| whole.checked_mul(100)).ok_or(MoneyError::Large)?;
        let cents = cents.bytes().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
            * if cents.len() == 1 { 10 } else { 1 };
        match minor.checked_add(cents) {
            Some(minor) if minor <= Self::MAX.0 => Ok(Self(minor)),
            _ => Err(MoneyError::Large),
        }
    }
}

impl ColumnValue for Money {
    const TYPE: ValueType = ValueType::Integer;

    fn into_value(self) -> Result<Value, ViewError> {
        self.0.into_value()
    }

    fn from_value(value: &Value) -> Result<Self, ViewError> {
        i64::from_value(value).map(Self)
    }
}

impl Ordered for Money {}

impl Summable for Money {
    fn widen(self) -> i128 {
        self.0.into()
    }

    fn narrow(sum: i128) -> Option<Self> {
        i64::try_from(sum).ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_with_at_most_two_after_a_point_are_an_amount() {
        for (text, minor) in [("0", 0), ("7", 700), ("12.5", 1250), ("12.05", 1205), ("0.01", 1), ("007.10", 710)] {
            assert_eq!(text.parse(), Ok(Money(minor)), "{text}");
        }
    }

    #[test]
    fn nothing_else_is_an_amount() {
        for text in ["", ".", "1.", ".5", "12,5", "1e9", "-3", "+3", "1.234", " 1", "1 ", "1_0", "0x1", "NaN", "१"] {
            assert_eq!(text.parse::<Money>(), Err(MoneyError::Form), "{text}");
        }
        for text in ["1000000000000", "92233720368547758.08", "184467440737095517", "99999999999999999999999"] {
            assert_eq!(text.parse::<Money>(), Err(MoneyError::Large), "{text}");
        }
    }

    #[test]
    fn a_balance_may_be_negative() {
        assert_eq!(Money::parse_signed("-17030.40"), Ok(Money(-1_703_040)));
        assert_eq!(Money::parse_signed("--1"), Err(MoneyError::Form));
    }

    #[test]
    fn amounts_are_written_with_two_decimals_and_grouped_for_people() {
        for (minor, plain, grouped) in [
            (0, "0.00", "0.00"),
            (-5, "-0.05", "-0.05"),
            (99_999, "999.99", "999.99"),
            (-100_000, "-1000.00", "-1,000.00"),
            (1_023_139_570, "10231395.70", "10,231,395.70"),
            (i64::MIN, "-92233720368547758.08", "-92,233,720,368,547,758.08"),
        ] {
            assert_eq!((Money(minor).to_string().as_str(), Money(minor).grouped().as_str()), (plain, grouped));
        }
    }

    #[test]
    fn a_mean_is_rounded_to_the_nearest_minor_unit() {
        assert_eq!(Money(100).mean_of(3), Money(33));
        assert_eq!(Money(200).mean_of(3), Money(67));
        assert_eq!(Money(-5).mean_of(2), Money(-3));
        assert_eq!(Money(5).mean_of(0), Money::ZERO);
    }
}
