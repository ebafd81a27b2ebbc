//! What `#[query_handler]` writes.

use super::check::Model;
use crate::shared::{emit, params::Params, quiet, signature, span};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ItemFn;

pub(super) fn expand(model: Option<&Model<'_>>, item: &ItemFn) -> TokenStream {
    let Some(model) = model else { return item.to_token_stream() };
    let Model { krate, kind, query, .. } = model;
    let name = &model.signature.ident;
    let name_of_type = span::quiet(name);
    let marker = emit::marker(&item.vis, &name_of_type);
    // Public, because it is part of what `query` is called with, wherever that is.
    let by = format_ident!("by_{}", name, span = span::at(name));
    let params = Params::new(model.params.iter().copied());
    let (constants, infos, taken) = (params.constants("QueryParam"), params.infos(), params.taken());
    let call = if model.sound {
        quote_spanned!(signature::returned_span(model.signature)=> __::answering(#name(self, #taken)))
    } else {
        quote!(::core::unreachable!())
    };
    let cx = if model.params.is_empty() || !model.sound { quote!(_cx) } else { quote!(__cx) };
    let answered = quote_spanned! {span::at(query)=>
        impl __::AnsweredBy<#by> for #query {
            const HANDLER: __::Meta = __::meta!(#kind, #kind);
            const PARAMS: &'static [__::ParamInfo] = #infos;
            fn answer(self, #cx: &__::HandlerContext) -> __::Answering<Self::Response> {
                #call
            }
        }
    };
    let register = emit::register_item(quote!(query_handler #name_of_type, #query, #by));
    let quiet = quiet::handler();
    let block = quote! {
        #constants
        #[allow(non_camel_case_types)]
        pub enum #by {}
        #answered
        #register
    };
    let block = emit::block(krate, block);
    quote!(#quiet #item #marker #block)
}
