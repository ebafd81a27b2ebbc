//! Where generated code seems to stand.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;

/// The user's place in the macro's context: rustc points there, while lints leave the code alone.
pub(crate) fn at(tokens: &impl Spanned) -> Span {
    Span::call_site().located_at(tokens.span())
}

/// The same name in the macro's context: lints on how types and methods are named leave it alone.
pub(crate) fn quiet(ident: &Ident) -> Ident {
    let mut quiet = ident.clone();
    quiet.set_span(at(ident));
    quiet
}
