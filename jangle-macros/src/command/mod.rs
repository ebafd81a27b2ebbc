//! `#[derive(Command)]`.

mod check;
mod expand;
mod parse;

use crate::shared::Ctxt;
use proc_macro2::TokenStream;

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let ctxt = Ctxt::new();
    let parsed = parse::parse(&ctxt, item);
    let expanded = parsed.map(|parsed| expand::expand(&check::check(&ctxt, &parsed)));
    let errors = ctxt.finish();
    quote::quote!(#errors #expanded)
}
