//! What `#[saga]` writes.

use super::check::{Expired, Key, Model, Receiver};
use crate::shared::{Identity, emit, item, reconstitutor::method, signature, span};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Attribute, ItemImpl, Signature};

pub(super) fn expand(model: &Model<'_>, item: &ItemImpl) -> TokenStream {
    let Some(identity) = &model.identity else { return item.to_token_stream() };
    let ty = model.ty;
    let transitions = transitions(model);
    let saga = saga(model, identity);
    let events = model.events.iter().map(|event| event.implement("Rebuild", ty));
    let own = model.receivers.iter().filter_map(|receiver| yielded(model, identity, receiver));
    let register = emit::register_item(quote!(saga #ty));
    let block = emit::block(model.krate, quote!(#transitions #saga #(#events)* #(#own)* #register));
    quote!(#item #block)
}

/// The constant of a receiver's transition.
fn transition(index: usize) -> Ident {
    format_ident!("T{index}")
}

/// A constant for each transition, so that a mistake in one is reported once.
fn transitions(model: &Model<'_>) -> TokenStream {
    let of_receivers = model.receivers.iter().map(|receiver| (receiver.signature, receiver.cfgs));
    let of_deadline = model.expired.iter().map(|expired| (expired.signature, expired.cfgs));
    let all = of_receivers.chain(of_deadline).enumerate();
    all.map(|(index, (signature, cfgs))| constant(model, &transition(index), signature, cfgs)).collect()
}

fn constant(model: &Model<'_>, name: &Ident, signature: &Signature, cfgs: &[Attribute]) -> TokenStream {
    let ty = model.ty;
    let returned = signature::without_self(signature::returned(signature), ty);
    let place = signature::returned_span(signature);
    let value = quote_spanned!(place=> <#returned as __::Transition<#ty>>::OF);
    quote! {
        #(#cfgs)*
        const #name: __::TransitionOf<#returned> = #value;
    }
}

fn saga(model: &Model<'_>, Identity { name, kind }: &Identity) -> TokenStream {
    let ty = model.ty;
    let events = model.events.iter().map(|event| event.listed("SagaApply"));
    let receivers = model.receivers.iter().enumerate().map(|(index, of)| receiver(model, index, of));
    let yields = yields(model);
    let deadline = model.deadline.map(|deadline| {
        let millis = Literal::u64_unsuffixed(u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX));
        quote! {
            const DEADLINE: ::core::option::Option<__::Duration> =
                ::core::option::Option::Some(__::Duration::from_millis(#millis));
        }
    });
    let retry = model.retry.map(|retry| {
        let retry = retry.expand("PERSISTENT");
        quote!(const RETRY: __::Retry = #retry;)
    });
    let expired = model.expired.iter().enumerate();
    let expired = expired.map(|(index, of)| expired_constant(model, model.receivers.len() + index, of));
    let head = quote_spanned!(span::at(ty)=> impl __::Saga for #ty);
    quote! {
        #head {
            const META: __::Meta = __::meta!(#name, #kind);
            #deadline
            #retry
            const EVENTS: &'static [__::SagaApply<Self>] = &[#(#events),*];
            const RECEIVERS: &'static [&'static dyn __::Receives<Self>] = &[#(#receivers),*];
            const YIELDS: __::Names = #yields;
            #(#expired)*
        }
    }
}

/// The names of the saga's own events.
fn yields(model: &Model<'_>) -> TokenStream {
    let of_receivers = model.receivers.iter().map(|receiver| receiver.cfgs);
    let all = of_receivers.chain(model.expired.iter().map(|expired| expired.cfgs)).enumerate();
    let names = all.map(|(index, cfgs)| {
        let transition = transition(index);
        quote!(#(#cfgs)* #transition.shown.events)
    });
    quote!(__::Names::All(&[#(#names),*]))
}

fn receiver(model: &Model<'_>, index: usize, receiver: &Receiver<'_>) -> TokenStream {
    let Receiver { ty: event, signature, cfgs, key, keys, sound } = receiver;
    let (saga, name, transition) = (model.ty, signature.ident.to_string(), transition(index));
    let key = match key {
        Key::Field(field) => {
            let id = quote_spanned!(span::at(field)=> __::aggregate_id(&event.#field));
            quote!(__::Key::Field(|event| #id))
        }
        Key::Aggregate => quote!(__::Key::Aggregate),
        Key::Own => quote!(__::Key::Own),
    };
    let names = |types: &[syn::Type]| {
        let names = types.iter().map(|ty| quote_spanned!(span::at(ty)=> <#ty as __::Event>::NAME));
        quote!(&[#(#names),*])
    };
    let (requires, unless) = (names(&keys.requires), names(&keys.unless));
    let starts = keys.starts.is_some();
    let run = match sound {
        true => {
            let method = method(saga, &signature.ident);
            let call = quote_spanned!(span::at(&signature.ident)=> #method(saga, event));
            quote!(|saga, event| (#transition.step)(#call))
        }
        false => quote!(|_, _| ::core::unreachable!()),
    };
    quote_spanned! {span::at(event)=>
        #(#cfgs)*
        &__::Receiver::<#saga, #event> {
            name: #name,
            key: #key,
            starts: #starts,
            requires: #requires,
            unless: #unless,
            shown: #transition.shown,
            run: #run,
        }
    }
}

fn expired_constant(model: &Model<'_>, index: usize, expired: &Expired<'_>) -> TokenStream {
    let Expired { signature, cfgs, sound } = expired;
    let (name, transition) = (signature.ident.to_string(), transition(index));
    let run = match sound {
        true => {
            let method = method(model.ty, &signature.ident);
            let call = quote_spanned!(span::at(&signature.ident)=> #method(saga));
            quote!(|saga| (#transition.step)(#call))
        }
        false => quote!(|_| ::core::unreachable!()),
    };
    quote! {
        #(#cfgs)*
        const EXPIRED: ::core::option::Option<__::Expired<Self>> =
            ::core::option::Option::Some(__::Expired { name: #name, shown: #transition.shown, run: #run });
    }
}

/// An event that the saga receives from itself must be one that it yields.
fn yielded(model: &Model<'_>, identity: &Identity, receiver: &Receiver<'_>) -> Option<TokenStream> {
    let Key::Own = receiver.key else { return None };
    if !model.is_whole {
        return None;
    }
    let (saga, event, cfgs) = (model.ty, receiver.ty, receiver.cfgs);
    let message = format!(
        "saga `{}` never yields `{}`: say which saga the event belongs to with `by = field` or `by_aggregate`",
        identity.kind,
        item::text(event)
    );
    Some(quote_spanned! {span::at(event)=>
        #(#cfgs)*
        const _: () = <#saga as __::Saga>::YIELDS.expect(<#event as __::Event>::NAME, #message);
    })
}
