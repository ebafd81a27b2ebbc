//! What an event must be.

use super::parse::Parsed;
use crate::shared::{CratePath, Ctxt, item};
use proc_macro2::Ident;
use syn::{Data, ext::IdentExt};

pub(super) struct Model<'a> {
    pub(super) krate: &'a CratePath,
    pub(super) ident: &'a Ident,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) version: u32,
    /// Whether impls can be written at all.
    pub(super) sound: bool,
}

pub(super) fn check<'a>(ctxt: &Ctxt, parsed: &'a Parsed) -> Model<'a> {
    let ident = &parsed.item.ident;
    let union = matches!(parsed.item.data, Data::Union(_));
    if union {
        ctxt.error(ident, format!("an event is a struct or an enum: the union `{ident}` cannot be stored"));
    }
    let concrete = item::refuse_generics(ctxt, &parsed.item.generics, "an event");
    let kind = ident.unraw().to_string();
    Model {
        krate: &parsed.krate,
        ident,
        name: parsed.name.as_ref().map_or_else(|| kind.clone(), syn::LitStr::value),
        kind,
        version: parsed.version,
        sound: concrete && !union,
    }
}
