//! What `#[derive(Query)]` writes.

use super::check::Model;
use crate::shared::{emit, span};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    if !model.sound {
        return TokenStream::new();
    }
    let Model { krate, ident, name, kind, .. } = model;
    let response = match model.response {
        Some(ty) => quote_spanned!(span::at(ty)=> type Response = #ty;),
        None => quote!(
            type Response = ();
        ),
    };
    let head = quote_spanned!(span::at(ident)=> impl __::Query for #ident);
    let register = emit::register(quote!(query #ident));
    let query = quote! {
        #[automatically_derived]
        #head {
            #response
            const META: __::Meta = __::meta!(#name, #kind);
        }
        #register
    };
    emit::block(krate, query)
}
