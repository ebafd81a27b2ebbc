//! What the macros ask of the items that they stand on.

use super::Ctxt;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{DeriveInput, GenericParam, Generics, ItemFn, Type, parse2};

/// The item of a derive.
pub(crate) fn derive_input(ctxt: &Ctxt, tokens: TokenStream) -> Option<DeriveInput> {
    ctxt.ok(parse2(tokens))
}

/// The function of an attribute macro; `shape` says what it should have been.
pub(crate) fn function(ctxt: &Ctxt, tokens: TokenStream, shape: &str) -> Option<ItemFn> {
    let first: TokenStream = tokens.clone().into_iter().take(1).collect();
    match parse2(tokens) {
        Ok(function) => Some(function),
        Err(_) => {
            ctxt.error(first, shape);
            None
        }
    }
}

/// Refuses parameters of `what`, such as "a command". Whether there were none.
pub(crate) fn refuse_generics(ctxt: &Ctxt, generics: &Generics, what: &str) -> bool {
    if generics.params.is_empty() {
        return true;
    }
    let borrows = generics.params.iter().all(|param| matches!(param, GenericParam::Lifetime(_)));
    let message = if borrows {
        format!("{what} cannot borrow: it is stored, so it owns what it says; write `String` for `&str`")
    } else {
        format!("{what} cannot be generic: its name in the store stands for one type")
    };
    ctxt.error(generics, message);
    false
}

/// A type as a user reads it.
pub(crate) fn text(ty: &Type) -> String {
    let mut text = ty.to_token_stream().to_string();
    for (spaced, tight) in [(" :: ", "::"), (" < ", "<"), (" >", ">"), (" ,", ","), ("& ", "&")] {
        text = text.replace(spaced, tight);
    }
    text
}

/// Whether two types are written alike.
pub(crate) fn same(one: &Type, other: &Type) -> bool {
    one.to_token_stream().to_string() == other.to_token_stream().to_string()
}
