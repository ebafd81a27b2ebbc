//! Names that are derived from types.

/// `OpenAccount` as `open_account`.
pub(crate) fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, &char) in chars.iter().enumerate() {
        let after_lower = index > 0 && !chars[index - 1].is_uppercase() && chars[index - 1] != '_';
        let ends_acronym = index > 0
            && chars[index - 1].is_uppercase()
            && chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        if char.is_uppercase() && (after_lower || ends_acronym) {
            snake.push('_');
        }
        snake.extend(char.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn words_are_parted() {
        for (name, snake) in [
            ("Show", "show"),
            ("OpenAccount", "open_account"),
            ("HTTPServer", "http_server"),
            ("Iso8601Date", "iso8601_date"),
            ("already_snake", "already_snake"),
            ("A", "a"),
            ("", ""),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }
}
