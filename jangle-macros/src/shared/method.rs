//! What the macros ask of the methods in their blocks.

use super::{
    Ctxt,
    signature::{self, Receiver},
};
use syn::{Signature, Type};

/// A type for which a stub can stand, although it is taken in the wrong way.
pub(crate) fn named(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Path(path) if path.path.segments.last().is_none_or(|last| last.ident != "CommandContext") => Some(ty),
        _ => None,
    }
}

/// Whether the method takes itself as `expected`.
pub(crate) fn check_receiver(ctxt: &Ctxt, signature: &Signature, expected: Receiver, shape: &str) -> bool {
    let receiver = signature::receiver(signature);
    if receiver == expected {
        return true;
    }
    match signature.receiver() {
        Some(receiver) => ctxt.error(receiver, shape),
        None => ctxt.error(&signature.ident, shape),
    }
    false
}

/// Refuses qualifiers, also `async`: what an aggregate or a saga does is done at once, in memory.
pub(crate) fn check_plain(ctxt: &Ctxt, signature: &Signature, what: &str) -> bool {
    let plain = signature::refuse_qualifiers(ctxt, signature, what);
    if let Some(token) = &signature.asyncness {
        ctxt.error(token, format!("{what} cannot be `async`: it has all it needs in `self` and its parameters"));
    }
    plain && signature.asyncness.is_none()
}

pub(crate) fn refuse_impl(ctxt: &Ctxt, ty: &Type, what: &str) -> bool {
    let refused = matches!(ty, Type::ImplTrait(_));
    if refused {
        ctxt.error(ty, format!("{what} names its types: the model is made of them"));
    }
    refused
}
