//! The keys of an attribute: `key = value, key(list), flag`.
//!
//! Each value is parsed by its key, because `response = Option<Row>` is no `syn::Meta`. After a mistake, parsing goes on
//! behind the next comma, so that all of them are found.

use super::{
    Ctxt, duration,
    symbol::{self, Symbol},
};
use proc_macro2::{Ident, TokenStream, TokenTree};
use std::{fmt::Display, str::FromStr, time::Duration};
use syn::{
    Attribute, Error, LitBool, LitInt, LitStr, Meta, Result, Token, Type, ext::IdentExt, parenthesized, parse::Parse,
    parse::ParseStream, parse::Parser,
};

/// Reads keys, of which each may be given once.
pub(crate) struct Keys<'c> {
    ctxt: &'c Ctxt,
    accepted: &'static [Symbol],
    seen: Vec<Symbol>,
    is_sound: bool,
}

/// A key, and its value still to be parsed.
pub(crate) struct Entry<'p, 'c> {
    pub(crate) ctxt: &'c Ctxt,
    pub(crate) key: Symbol,
    pub(crate) ident: Ident,
    input: ParseStream<'p>,
}

/// What is done with an entry.
type Each<'e> = &'e mut dyn FnMut(&Entry<'_, '_>) -> Result<()>;

impl<'c> Keys<'c> {
    pub(crate) fn new(ctxt: &'c Ctxt, accepted: &'static [Symbol]) -> Self {
        Self { ctxt, accepted, seen: Vec::new(), is_sound: true }
    }

    /// The keys among `tokens`. Whether there was no mistake in them.
    pub(crate) fn read(&mut self, tokens: TokenStream, each: Each<'_>) -> bool {
        let result = (|input: ParseStream<'_>| self.read_stream(input, each)).parse2(tokens);
        self.ctxt.ok(result).is_some() && self.is_sound
    }

    /// The keys of every `#[helper(…)]` among `attrs`.
    pub(crate) fn read_helper(&mut self, attrs: &[Attribute], helper: Symbol, each: Each<'_>) {
        for attr in attrs.iter().filter(|attr| attr.path().is_ident(helper.0)) {
            match &attr.meta {
                Meta::List(list) => {
                    self.read(list.tokens.clone(), each);
                }
                _ => self.ctxt.error(attr, format!("`#[{helper}]` takes keys: {}", symbol::list(self.accepted))),
            }
        }
    }

    fn read_stream(&mut self, input: ParseStream<'_>, each: Each<'_>) -> Result<()> {
        while !input.is_empty() {
            if let Err(error) = self.read_entry(input, each) {
                self.ctxt.push(error);
                self.is_sound = false;
                while !input.is_empty() && !input.peek(Token![,]) {
                    input.parse::<TokenTree>()?;
                }
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    }

    fn read_entry(&mut self, input: ParseStream<'_>, each: Each<'_>) -> Result<()> {
        let ident = input.call(Ident::parse_any)?;
        let Some(key) = self.accepted.iter().copied().find(|key| ident == *key) else {
            return Err(self.unknown(&ident));
        };
        if self.seen.contains(&key) {
            return Err(Error::new(ident.span(), format!("`{key}` is given twice")));
        }
        self.seen.push(key);
        each(&Entry { ctxt: self.ctxt, key, ident, input })?;
        if input.is_empty() || input.peek(Token![,]) { Ok(()) } else { Err(input.error("expected `,`")) }
    }

    fn unknown(&self, ident: &Ident) -> Error {
        let message = match self.accepted {
            [] => format!("unknown key `{ident}`: none is accepted here"),
            accepted => format!("unknown key `{ident}`; accepted are: {}", symbol::list(accepted)),
        };
        Error::new(ident.span(), message)
    }
}

impl Entry<'_, '_> {
    /// The value of `key = value`.
    pub(crate) fn value<T: Parse>(&self) -> Result<T> {
        self.equals()?;
        self.input.parse()
    }

    /// The value, parsed by a function.
    pub(crate) fn value_with<T>(&self, parse: fn(ParseStream<'_>) -> Result<T>) -> Result<T> {
        self.equals()?;
        self.input.call(parse)
    }

    /// A text that says something.
    pub(crate) fn text(&self) -> Result<LitStr> {
        let text: LitStr = self.value()?;
        if text.value().trim().is_empty() {
            return Err(Error::new(text.span(), format!("`{}` cannot be empty", self.key)));
        }
        Ok(text)
    }

    /// A whole number of at least `least`.
    pub(crate) fn number<T: FromStr<Err: Display> + PartialOrd + Display>(&self, least: T) -> Result<(T, LitInt)> {
        let literal: LitInt = self.value()?;
        match literal.base10_parse::<T>() {
            Ok(number) if number >= least => Ok((number, literal)),
            _ => Err(Error::new(literal.span(), format!("`{}` is a whole number, at least {least}", self.key))),
        }
    }

    /// A duration such as `"30s"`.
    pub(crate) fn duration(&self) -> Result<Duration> {
        duration::parse(&self.value()?)
    }

    /// Nothing: the key says it all.
    pub(crate) fn flag(&self) -> Result<()> {
        match self.input.is_empty() || self.input.peek(Token![,]) {
            true => Ok(()),
            false => Err(Error::new(self.ident.span(), format!("`{}` takes no value", self.key))),
        }
    }

    /// `key`, or `key = true`, or `key = false`.
    pub(crate) fn switch(&self) -> Result<bool> {
        match self.input.peek(Token![=]) {
            true => Ok(self.value::<LitBool>()?.value),
            false => self.flag().map(|()| true),
        }
    }

    /// The types of `key(A, B)`.
    pub(crate) fn types(&self) -> Result<Vec<Type>> {
        if !self.input.peek(syn::token::Paren) {
            let message = format!("`{0}` takes types in parentheses: `{0}(Opened, Closed)`", self.key);
            return Err(Error::new(self.ident.span(), message));
        }
        let content;
        parenthesized!(content in self.input);
        Ok(content.parse_terminated(Type::parse, Token![,])?.into_iter().collect())
    }

    /// The keys of `key(…)`.
    pub(crate) fn list(&self, accepted: &'static [Symbol], each: Each<'_>) -> Result<()> {
        if !self.input.peek(syn::token::Paren) {
            let message = format!("`{}` takes keys in parentheses: {}", self.key, symbol::list(accepted));
            return Err(Error::new(self.ident.span(), message));
        }
        let content;
        parenthesized!(content in self.input);
        Keys::new(self.ctxt, accepted).read_stream(&content, each)
    }

    fn equals(&self) -> Result<()> {
        if !self.input.peek(Token![=]) {
            return Err(Error::new(self.ident.span(), format!("`{0}` takes a value: `{0} = …`", self.key)));
        }
        self.input.parse::<Token![=]>().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::symbol::{ID, NAME, RESPONSE},
        *,
    };
    use quote::{ToTokens, quote};

    fn read(tokens: TokenStream) -> (Vec<String>, String) {
        let ctxt = Ctxt::new();
        let mut found = Vec::new();
        Keys::new(&ctxt, &[NAME, ID, RESPONSE]).read(tokens, &mut |entry| {
            found.push(match entry.key {
                RESPONSE => entry.value::<syn::Type>()?.to_token_stream().to_string(),
                ID => entry.number(1_u32)?.0.to_string(),
                _ => entry.text()?.value(),
            });
            Ok(())
        });
        (found, ctxt.finish().to_string())
    }

    #[test]
    fn each_value_is_parsed_by_its_key() {
        let (found, errors) = read(quote!(response = Option<u8>, name = "a", id = 7,));
        assert_eq!((found.join(";").as_str(), errors.as_str()), ("Option < u8 >;a;7", ""));
    }

    #[test]
    fn parsing_goes_on_behind_a_mistake() {
        let (found, errors) = read(quote!(nom = 1 + 1, name = 3, id = 0, response = u8));
        assert_eq!(found, ["u8"]);
        for part in [
            "unknown key `nom`; accepted are: `name`, `id`, `response`",
            "string literal",
            "`id` is a whole number, at least 1",
        ] {
            assert!(errors.contains(part), "{part}: {errors}");
        }
    }

    #[test]
    fn a_key_is_given_once_and_with_a_value() {
        let (found, errors) = read(quote!(name = "a", name = "b", id, response = u8 u8));
        assert_eq!(found, ["a", "u8"]);
        for part in ["`name` is given twice", "`id` takes a value", "expected `,`"] {
            assert!(errors.contains(part), "{part}: {errors}");
        }
    }
}
