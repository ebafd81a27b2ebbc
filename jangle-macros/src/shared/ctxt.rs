//! Collects the mistakes of one item, so that they are reported together.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::{cell::RefCell, fmt::Display};
use syn::{Error, Result};

/// The mistakes found so far. [`Ctxt::finish`] must be called: dropping it unchecked panics, because mistakes would be
/// lost.
pub(crate) struct Ctxt {
    // None once it was checked.
    errors: RefCell<Option<Vec<Error>>>,
}

impl Ctxt {
    pub(crate) fn new() -> Self {
        Self { errors: RefCell::new(Some(Vec::new())) }
    }

    /// A mistake at these tokens of the user's.
    pub(crate) fn error(&self, at: impl ToTokens, message: impl Display) {
        self.push(Error::new_spanned(at, message));
    }

    /// A mistake at one place.
    pub(crate) fn error_at(&self, span: Span, message: impl Display) {
        self.push(Error::new(span, message));
    }

    pub(crate) fn push(&self, error: Error) {
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            errors.push(error);
        }
    }

    /// The value, where there is one; otherwise the mistake is noted.
    pub(crate) fn ok<T>(&self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// All mistakes as compile errors; empty where there are none.
    pub(crate) fn finish(self) -> TokenStream {
        let errors = self.errors.borrow_mut().take().unwrap_or_default();
        errors.iter().map(Error::to_compile_error).collect()
    }
}

impl Drop for Ctxt {
    fn drop(&mut self) {
        let unchecked = self.errors.borrow().is_some();
        assert!(!unchecked || std::thread::panicking(), "a `Ctxt` was dropped without `finish`");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mistakes_are_reported() {
        let ctxt = Ctxt::new();
        ctxt.error_at(Span::call_site(), "one");
        assert!(ctxt.ok::<()>(Err(Error::new(Span::call_site(), "two"))).is_none());
        let tokens = ctxt.finish().to_string();
        assert!(tokens.contains("one") && tokens.contains("two"), "{tokens}");
    }

    #[test]
    #[should_panic(expected = "without `finish`")]
    fn dropping_it_unchecked_panics() {
        drop(Ctxt::new());
    }
}
