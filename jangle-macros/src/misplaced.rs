//! Inner attributes outside their block: each is a macro of its own, whose only job is to say where it belongs.

use crate::shared::symbol::Symbol;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Error;

/// `owner` is such as "an `#[aggregate]`".
pub(crate) fn expand(attribute: Symbol, owner: &str, item: TokenStream) -> TokenStream {
    let message = format!("`#[{attribute}]` belongs on a method in {owner} impl block");
    // `compile_error! { … }` may stand wherever an item or an associated item may.
    let error = Error::new(Span::call_site(), message).to_compile_error();
    quote!(#item #error)
}
