//! What `#[aggregate]` writes.

use super::check::{Command, Model, Snapshot};
use crate::shared::{Identity, emit, reconstitutor::method, signature, span};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{ItemImpl, Type};

pub(super) fn expand(model: &Model<'_>, item: &ItemImpl) -> TokenStream {
    let Some(identity) = &model.identity else { return item.to_token_stream() };
    let ty = model.ty;
    let aggregate = aggregate(model, identity);
    let commands = model.commands.iter().map(|command| handled_by(ty, command));
    let events = model.events.iter().map(|event| event.implement("Reconstitute", ty));
    let register = emit::register_item(quote!(aggregate #ty));
    let block = emit::block(model.krate, quote!(#aggregate #(#commands)* #(#events)* #register));
    quote!(#item #block)
}

fn aggregate(model: &Model<'_>, Identity { name, kind }: &Identity) -> TokenStream {
    let ty = model.ty;
    let commands = model
        .commands
        .iter()
        .map(|Command { ty, cfgs, .. }| quote_spanned!(span::at(ty)=> #(#cfgs)* __::CommandInfo::of::<#ty, Self>()));
    let events = model.events.iter().map(|event| event.listed("Apply"));
    let snapshot = model.snapshot.as_ref().map(snapshot);
    let head = quote_spanned!(span::at(ty)=> impl __::Aggregate for #ty);
    quote! {
        #head {
            const META: __::Meta = __::meta!(#name, #kind);
            const COMMANDS: &'static [__::CommandInfo] = &[#(#commands),*];
            const EVENTS: &'static [__::Apply<Self>] = &[#(#events),*];
            #snapshot
        }
    }
}

fn snapshot(snapshot: &Snapshot) -> TokenStream {
    let every = Literal::u64_unsuffixed(snapshot.every);
    let version = Literal::u32_unsuffixed(snapshot.version);
    let hash: TokenStream = format!("{:#018x}", snapshot.reconstitutors).parse().unwrap_or_default();
    quote_spanned! {snapshot.place=>
        const SNAPSHOT: ::core::option::Option<__::SnapshotPolicy<Self>> =
            ::core::option::Option::Some(__::SnapshotPolicy::new(#every, #version, #hash));
    }
}

fn handled_by(ty: &Type, command: &Command<'_>) -> TokenStream {
    let Command { ty: command_ty, signature, cfgs, .. } = command;
    let returned = signature::without_self(signature::returned(signature), ty);
    let outcome = quote_spanned!(signature::returned_span(signature)=> type Outcome = #returned;);
    let validate = validate(ty, command);
    quote_spanned! {span::at(command_ty)=>
        #(#cfgs)*
        impl __::HandledBy<#ty> for #command_ty {
            #outcome
            const VALIDATE: __::Validate<#ty, Self> = #validate;
        }
    }
}

fn validate(ty: &Type, command: &Command<'_>) -> TokenStream {
    if !command.sound {
        return quote!(|_, _, _| ::core::unreachable!());
    }
    let name = &command.signature.ident;
    let method = method(ty, name);
    let call = span::at(name);
    match command.context {
        None => quote_spanned!(call=> |a, c, _| #method(a, c)),
        Some(place) => {
            let cx = Ident::new("cx", place);
            quote_spanned!(call=> |a, c, #cx| #method(a, c, #cx))
        }
    }
}
