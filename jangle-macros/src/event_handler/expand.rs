//! What `#[event_handler]` writes.

use super::check::Model;
use crate::shared::{emit, params::Params, quiet, signature, span};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
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
    let retry = model.retry.expand("DEFAULT");
    let on_dead = model.holds.then(|| {
        quote!(
            const ON_DEAD: __::OnDead = __::OnDead::Hold;
        )
    });
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
            #on_dead
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
