//! What `#[event_handler]` writes.

use super::{check::Model, parse::Retry};
use crate::shared::{emit, params::Params, quiet, signature, span};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use std::time::Duration;
use syn::ItemFn;

pub(super) fn expand(model: Option<&Model<'_>>, item: &ItemFn) -> TokenStream {
    let Some(model) = model else { return item.to_token_stream() };
    let Model { krate, id, kind, event, .. } = model;
    let name = &model.signature.ident;
    let name_of_type = span::quiet(name);
    let marker = emit::marker(&item.vis, &name_of_type);
    let params = Params::new(model.params.iter().copied());
    let (constants, checks, list, taken) =
        (params.constants("EventParam"), params.projection_checks(), params.list(), params.taken());
    let retry = retry(model.retry);
    let version = model.version.map(Literal::u32_unsuffixed).map(|version| quote!(const VERSION: u32 = #version;));
    let formerly = model
        .formerly
        .map(|id| quote!(const FORMERLY: ::core::option::Option<&'static str> = ::core::option::Option::Some(#id);));
    let call = quote_spanned!(signature::returned_span(model.signature)=> __::handling(#name(__event, #taken)));
    let head = quote_spanned!(span::at(event)=> impl __::EventHandler<#event> for #name_of_type);
    let register = emit::register_item(quote!(event_handler #name_of_type, #event));
    let quiet = quiet::handler();
    let cx = if model.params.is_empty() { quote!(_cx) } else { quote!(__cx) };
    let block = quote! {
        #constants
        #checks
        #head {
            const META: __::Meta = __::meta!(#id, #kind);
            const RETRY: __::Retry = #retry;
            #version
            #formerly
            const PARAMS: &'static [__::ParamInfo] = #list;
            fn call(__event: __::Recorded<#event>, #cx: &__::HandlerContext) -> __::Handling {
                #call
            }
        }
        #register
    };
    let block = emit::block(krate, block);
    quote!(#quiet #item #marker #block)
}

fn retry(retry: &Retry) -> TokenStream {
    let number = |name: &str, number: Option<u32>| {
        let name = Ident::new(name, proc_macro2::Span::call_site());
        number.map(Literal::u32_unsuffixed).map(|number| quote!(#name: #number,))
    };
    let duration = |name: &str, duration: Option<Duration>| {
        let name = Ident::new(name, proc_macro2::Span::call_site());
        let millis = duration.map(|duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
        millis.map(Literal::u64_unsuffixed).map(|millis| quote!(#name: __::Duration::from_millis(#millis),))
    };
    let said: Vec<_> = [
        number("attempts", retry.attempts),
        duration("first", retry.first),
        number("factor", retry.factor),
        duration("max", retry.max),
    ]
    .into_iter()
    .flatten()
    .collect();
    match said.len() {
        0 => quote!(__::Retry::DEFAULT),
        4 => quote!(__::Retry { #(#said)* }),
        _ => quote!(__::Retry { #(#said)* ..__::Retry::DEFAULT }),
    }
}
