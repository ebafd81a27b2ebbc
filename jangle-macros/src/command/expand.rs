//! What `#[derive(Command)]` writes.

use super::check::Model;
use crate::shared::{emit, span};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    if !model.sound {
        return TokenStream::new();
    }
    let Model { krate, ident, name, kind, .. } = model;
    let id = match &model.id {
        Some((member, ty)) => quote_spanned!(span::at(ty)=> __::aggregate_id(&self.#member)),
        None => quote!(::core::unreachable!()),
    };
    let head = quote_spanned!(span::at(ident)=> impl __::Command for #ident);
    let register = emit::register(quote!(command #ident));
    let command = quote! {
        #[automatically_derived]
        #head {
            const META: __::Meta = __::meta!(#name, #kind);
            fn aggregate_id(&self) -> ::std::string::String {
                #id
            }
        }
        #register
    };
    emit::block(krate, command)
}
