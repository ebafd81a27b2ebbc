//! A hash of code that changes when the code does, and with nothing else.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// FNV-1a over the text of the tokens. The tokens are hashed one by one, because how a whole stream is printed, with
/// which spaces, is up to the compiler's version.
pub(crate) fn of(tokens: TokenStream) -> u64 {
    stream(OFFSET, tokens)
}

fn stream(hash: u64, tokens: TokenStream) -> u64 {
    tokens.into_iter().fold(hash, |hash, token| match token {
        TokenTree::Group(group) => {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => return stream(hash, group.stream()),
            };
            text(stream(text(hash, open), group.stream()), close)
        }
        other => text(hash, &other.to_string()),
    })
}

fn text(hash: u64, text: &str) -> u64 {
    // The zero byte keeps `a b` and `ab` apart.
    text.bytes().chain([0]).fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::of;
    use quote::quote;

    #[test]
    fn layout_does_not_matter_and_code_does() {
        let parse = |text: &str| of(text.parse().expect("tokens"));
        assert_eq!(parse("fn a(&mut self) { self.b += 1; }"), parse("fn a( & mut self )\n{ /* c */ self . b += 1 ; }"));
        assert_ne!(parse("fn a() { 1 }"), parse("fn a() { 2 }"));
        assert_ne!(parse("a b"), parse("ab"));
        assert_ne!(parse("(a) b"), parse("(a b)"));
        assert_eq!(of(quote!()), 0xcbf2_9ce4_8422_2325);
    }
}
