//! What the macros ask of the functions that they stand on.

use super::Ctxt;
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{FnArg, GenericArgument, PatType, PathArguments, ReturnType, Safety, Signature, Type};

/// How a method takes itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receiver {
    /// Not at all.
    None,
    /// `&self`
    Shared,
    /// `&mut self`
    Exclusive,
    /// In another way, such as `self` or `&'a self`.
    Other,
}

pub(crate) fn receiver(signature: &Signature) -> Receiver {
    let Some(receiver) = signature.receiver() else { return Receiver::None };
    match receiver.to_token_stream().to_string().as_str() {
        "& self" => Receiver::Shared,
        "& mut self" => Receiver::Exclusive,
        _ => Receiver::Other,
    }
}

/// The parameters besides `self`.
pub(crate) fn params(signature: &Signature) -> Vec<&PatType> {
    let typed = signature.inputs.iter().filter_map(|param| match param {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    typed.collect()
}

/// Refuses what no function of the framework can be, besides `async`, which is for the caller. `what` is such as "a
/// `#[validate_command]` method". Whether there was nothing to refuse.
pub(crate) fn refuse_qualifiers(ctxt: &Ctxt, signature: &Signature, what: &str) -> bool {
    let mut refused: Vec<(TokenStream, &str)> = Vec::new();
    if let Some(token) = &signature.constness {
        refused.push((token.to_token_stream(), "const"));
    }
    if let Safety::Unsafe(token) = &signature.safety {
        refused.push((token.to_token_stream(), "unsafe"));
    }
    if let Some(abi) = &signature.abi {
        refused.push((abi.to_token_stream(), "extern"));
    }
    for (tokens, qualifier) in &refused {
        ctxt.error(tokens, format!("{what} cannot be `{qualifier}`: jangle calls it as a plain function"));
    }
    if !signature.generics.params.is_empty() {
        ctxt.error(&signature.generics, format!("{what} cannot be generic: it stands for one type in the model"));
    }
    refused.is_empty() && signature.generics.params.is_empty()
}

/// What is returned, as the user wrote it; `()` where nothing is.
pub(crate) fn returned(signature: &Signature) -> TokenStream {
    match &signature.output {
        ReturnType::Type(_, ty) => ty.to_token_stream(),
        ReturnType::Default => {
            let span = signature.ident.span();
            quote_spanned!(span=> ())
        }
    }
}

/// The place of the return type; the name's where there is none.
pub(crate) fn returned_span(signature: &Signature) -> Span {
    match &signature.output {
        ReturnType::Type(_, ty) => super::span::at(ty),
        ReturnType::Default => super::span::at(&signature.ident),
    }
}

/// `T` of `&T`.
pub(crate) fn referenced(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Reference(reference) if reference.mutability.is_none() => Some(&reference.elem),
        _ => None,
    }
}

/// `T` of `Name<T>`.
pub(crate) fn argument<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) if arguments.args.len() == 1 => Some(ty),
        _ => None,
    }
}

/// Types move out of the impl block into another, where `Self` would mean something else.
pub(crate) fn without_self(tokens: TokenStream, ty: &Type) -> TokenStream {
    let mut replaced = TokenStream::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if ident == "Self" => replaced.extend(quote_spanned!(ident.span()=> #ty)),
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_self(group.stream(), ty));
                inner.set_span(group.span());
                replaced.extend([TokenTree::Group(inner)]);
            }
            other => replaced.extend([other]),
        }
    }
    replaced
}
