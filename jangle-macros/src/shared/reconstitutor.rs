//! `#[reconstitute]` methods, of aggregates and of sagas.

use super::{
    Ctxt, item,
    method::{check_plain, check_receiver, named, refuse_impl},
    signature::{self, Receiver},
    span,
};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Attribute, PathArguments, ReturnType, Signature, Type};

const WHAT: &str = "a `#[reconstitute]` method";
const SHAPE: &str = "a `#[reconstitute]` method takes `&mut self` and the event by reference: `&E`";

pub(crate) struct Reconstitutor<'a> {
    pub(crate) ty: &'a Type,
    pub(crate) signature: &'a Signature,
    pub(crate) cfgs: &'a [Attribute],
    /// Whether the method can be called; otherwise a stub stands for it.
    pub(crate) sound: bool,
}

impl<'a> Reconstitutor<'a> {
    pub(crate) fn check(
        ctxt: &Ctxt,
        signature: &'a Signature,
        cfgs: &'a [Attribute],
        before: &[Reconstitutor<'_>],
    ) -> Option<Self> {
        let takes_self = check_receiver(ctxt, signature, Receiver::Exclusive, SHAPE);
        let plain = check_plain(ctxt, signature, WHAT);
        let params = signature::params(signature);
        let Some(first) = params.first() else {
            if takes_self {
                ctxt.error(&signature.ident, SHAPE);
            }
            return None;
        };
        let mut sound = takes_self && plain;
        let ty = match signature::referenced(&first.ty) {
            Some(ty) => ty,
            None => {
                ctxt.error(&first.ty, SHAPE);
                sound = false;
                match &*first.ty {
                    Type::Reference(reference) => named(&reference.elem)?,
                    ty => named(ty)?,
                }
            }
        };
        if let Some(second) = params.get(1) {
            ctxt.error(second, SHAPE);
            sound = false;
        }
        if let ReturnType::Type(_, returned) = &signature.output
            && returned.to_token_stream().to_string() != "()"
        {
            ctxt.error(returned, format!("{WHAT} returns nothing: what happened cannot fail"));
            sound = false;
        }
        if refuse_impl(ctxt, ty, WHAT) {
            return None;
        }
        let twice = |other: &&Reconstitutor<'_>| item::same(other.ty, ty) && cfgs.is_empty() && other.cfgs.is_empty();
        if let Some(other) = before.iter().find(twice) {
            ctxt.error(ty, format!("`{}` is already applied by `{}`", item::text(ty), other.signature.ident));
            return None;
        }
        Some(Self { ty, signature, cfgs, sound })
    }

    /// `impl Reconstitute<E> for A`, by the trait of this name.
    pub(crate) fn implement(&self, role: &str, ty: &Type) -> TokenStream {
        let Self { ty: event, signature, cfgs, sound } = self;
        let role = format_ident!("{role}");
        let apply = if *sound { method(ty, &signature.ident) } else { quote!(|_, _| ::core::unreachable!()) };
        quote_spanned! {span::at(event)=>
            #(#cfgs)*
            impl __::#role<#event> for #ty {
                const APPLY: fn(&mut Self, &#event) = #apply;
            }
        }
    }

    /// Its entry in the list of what there is to apply, by the type of this name.
    pub(crate) fn listed(&self, apply: &str) -> TokenStream {
        let Self { ty, cfgs, .. } = self;
        let apply = format_ident!("{apply}");
        quote_spanned!(span::at(ty)=> #(#cfgs)* __::#apply::of::<#ty>())
    }
}

/// `Show::open`; a type with arguments needs brackets to be named in an expression.
pub(crate) fn method(ty: &Type, name: &Ident) -> TokenStream {
    let plain = match ty {
        Type::Path(path) => {
            path.qself.is_none()
                && path.path.segments.iter().all(|segment| matches!(segment.arguments, PathArguments::None))
        }
        _ => false,
    };
    let place = span::at(name);
    if plain { quote_spanned!(place=> #ty::#name) } else { quote_spanned!(place=> <#ty>::#name) }
}
