//! What `#[derive(Event)]` writes.

use super::check::Model;
use crate::shared::{emit, span};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    if !model.sound {
        return TokenStream::new();
    }
    let Model { krate, ident, name, kind, version, .. } = model;
    // The impls for return types are written for each event, never as a blanket over `E: Event`: a second candidate
    // would make rustc report the whole return type instead of the event in it.
    let event = quote_spanned!(span::at(ident)=> impl __::Event for #ident);
    let register = emit::register(quote!(event #ident));
    let impls = quote! {
        #[automatically_derived]
        #event {
            const META: __::Meta = __::meta!(#name, #kind);
            const SCHEMA_VERSION: u32 = #version;
        }
        #[automatically_derived]
        impl __::Outcome for #ident {
            __::event_outcome!();
        }
        #[automatically_derived]
        impl<A: __::Reconstitute<#ident>> __::OutcomeOf<A> for #ident {
            __::event_record!();
        }
        #[automatically_derived]
        impl<S: __::Rebuild<#ident>> __::SagaOutcome<S> for #ident {
            __::event_saga_outcome!();
        }
        #register
    };
    emit::block(krate, impls)
}
