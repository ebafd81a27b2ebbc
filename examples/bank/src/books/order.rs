//! The order in which people look for accounts.

use std::cmp::Ordering;

/// Numbers by their size, then all other ids by their bytes.
pub fn by_account(a: &str, b: &str) -> Ordering {
    fn number(id: &str) -> Option<(usize, &str)> {
        let digits = id.trim_start_matches('0');
        (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())).then_some((digits.len(), digits))
    }
    match (number(a), number(b)) {
        (Some(x), Some(y)) => x.cmp(&y).then_with(|| a.cmp(b)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::by_account;

    #[test]
    fn numbers_come_by_size_and_then_everything_else() {
        let mut ids = ["b", "10", "9", "A7", "007", "7", "99999999999999999999999", "-1", "1.5", "0"];
        ids.sort_by(|a, b| by_account(a, b));
        assert_eq!(ids, ["0", "007", "7", "9", "10", "99999999999999999999999", "-1", "1.5", "A7", "b"]);
    }
}
