//! What an aggregate or a saga is called.

use super::{Ctxt, name::snake_case, symbol::Symbol};
use syn::{ItemImpl, LitStr, Type, ext::IdentExt};

pub(crate) struct Identity {
    /// In the store.
    pub(crate) name: String,
    /// In code.
    pub(crate) kind: String,
}

impl Identity {
    /// That of the type whose block it is; none where no impl can be written for it.
    pub(crate) fn check(ctxt: &Ctxt, block: &ItemImpl, name: Option<&LitStr>, owner: Symbol) -> Option<Self> {
        let (article, example) = if owner.0 == "saga" { ("a", "Checkout") } else { ("an", "Account") };
        if !block.generics.params.is_empty() {
            let message =
                format!("{article} `#[{owner}]` cannot be generic: its name in the store stands for one type");
            ctxt.error(&block.generics, message);
            return None;
        }
        if let Some((path, _)) = &block.trait_ {
            let message =
                format!("`#[{owner}]` belongs on an `impl` block of a type's own methods, not on one of a trait");
            ctxt.error(path, message);
            return None;
        }
        let last = match &*block.self_ty {
            Type::Path(path) => path.path.segments.last(),
            _ => None,
        };
        let Some(last) = last else {
            let message = format!("{article} `#[{owner}]` is a struct or an enum: `impl {example} {{ … }}`");
            ctxt.error(&block.self_ty, message);
            return None;
        };
        let kind = last.ident.unraw().to_string();
        Some(Self { name: name.map_or_else(|| snake_case(&kind), LitStr::value), kind })
    }
}
