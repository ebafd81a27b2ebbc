//! Durations as text: `10ms`, `5s`, `3m`, `72h`, `2d`.

use std::time::Duration;
use syn::{Error, LitStr, Result};

pub(crate) fn parse(literal: &LitStr) -> Result<Duration> {
    millis(&literal.value()).map(Duration::from_millis).ok_or_else(|| {
        Error::new(literal.span(), "a duration is a whole number and a unit: `10ms`, `5s`, `3m`, `72h` or `2d`")
    })
}

fn millis(text: &str) -> Option<u64> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let scale = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(scale)
}

#[cfg(test)]
mod tests {
    use super::millis;

    #[test]
    fn a_number_and_a_unit() {
        let read = ["10ms", "5s", "3m", "72h", "2d"].map(millis);
        assert_eq!(read, [10, 5_000, 180_000, 259_200_000, 172_800_000].map(Some));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "5", "s", "5 s", "-5s", "1.5s", "5sec", "ä", "99999999999999999999s", "18446744073709551615d"]
        {
            assert_eq!(millis(text), None, "{text}");
        }
    }
}
