//! `#[saga]`.

mod check;
mod expand;
mod parse;

use crate::shared::Ctxt;
use proc_macro2::TokenStream;

pub(crate) fn expand(keys: TokenStream, item: TokenStream) -> TokenStream {
    let ctxt = Ctxt::new();
    let expanded = match parse::parse(&ctxt, keys, item.clone()) {
        Some(parsed) => expand::expand(&check::check(&ctxt, &parsed), &parsed.item),
        None => item,
    };
    let errors = ctxt.finish();
    quote::quote!(#expanded #errors)
}
