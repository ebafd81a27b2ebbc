//! `retry(…)`: how often, and after how long, something is tried again.

use super::{
    keys::Entry,
    symbol::{ATTEMPTS, FACTOR, FIRST, JITTER, MAX, TIMEOUT},
};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use std::time::Duration;
use syn::Result;

/// What was said of retries; the rest is as the runtime has it.
#[derive(Default)]
pub(crate) struct Retry {
    attempts: Option<u32>,
    first: Option<Duration>,
    factor: Option<u32>,
    max: Option<Duration>,
    jitter: Option<bool>,
    timeout: Option<Duration>,
}

impl Retry {
    pub(crate) fn parse(entry: &Entry<'_, '_>) -> Result<Self> {
        let mut retry = Self::default();
        entry.list(&[ATTEMPTS, FIRST, FACTOR, MAX, JITTER, TIMEOUT], &mut |entry| {
            match entry.key {
                ATTEMPTS => retry.attempts = Some(entry.number(1)?.0),
                FIRST => retry.first = Some(entry.duration()?),
                FACTOR => retry.factor = Some(entry.number(1)?.0),
                MAX => retry.max = Some(entry.duration()?),
                JITTER => retry.jitter = Some(entry.switch()?),
                _ => retry.timeout = Some(entry.duration()?),
            }
            Ok(())
        })?;
        Ok(retry)
    }

    /// An expression for it; what was not said is that of the constant named `base`.
    pub(crate) fn expand(&self, base: &str) -> TokenStream {
        let base = format_ident!("{base}");
        let said: Vec<_> = [
            number("attempts", self.attempts),
            duration("first", self.first),
            number("factor", self.factor),
            duration("max", self.max),
            self.jitter.map(|jitter| quote!(jitter: #jitter,)),
            self.timeout.map(|timeout| {
                let timeout = millis(timeout);
                quote!(timeout: ::core::option::Option::Some(#timeout),)
            }),
        ]
        .into_iter()
        .flatten()
        .collect();
        match said.len() {
            0 => quote!(__::Retry::#base),
            6 => quote!(__::Retry { #(#said)* }),
            _ => quote!(__::Retry { #(#said)* ..__::Retry::#base }),
        }
    }
}

fn number(name: &str, number: Option<u32>) -> Option<TokenStream> {
    let name = Ident::new(name, Span::call_site());
    number.map(Literal::u32_unsuffixed).map(|number| quote!(#name: #number,))
}

fn duration(name: &str, duration: Option<Duration>) -> Option<TokenStream> {
    let name = Ident::new(name, Span::call_site());
    duration.map(millis).map(|duration| quote!(#name: #duration,))
}

fn millis(duration: Duration) -> TokenStream {
    let millis = Literal::u64_unsuffixed(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
    quote!(__::Duration::from_millis(#millis))
}
