//! What a query must be.

use super::parse::Parsed;
use crate::shared::{CratePath, Ctxt, item};
use proc_macro2::Ident;
use syn::{Data, Type, ext::IdentExt};

pub(super) struct Model<'a> {
    pub(super) krate: &'a CratePath,
    pub(super) ident: &'a Ident,
    pub(super) name: String,
    pub(super) kind: String,
    /// None where it was not said.
    pub(super) response: Option<&'a Type>,
    /// Whether an impl can be written at all.
    pub(super) sound: bool,
}

pub(super) fn check<'a>(ctxt: &Ctxt, parsed: &'a Parsed) -> Model<'a> {
    let ident = &parsed.item.ident;
    let union = matches!(parsed.item.data, Data::Union(_));
    if union {
        ctxt.error(ident, format!("a query is a struct or an enum: the union `{ident}` cannot be stored"));
    }
    if !parsed.says_response {
        ctxt.error(ident, "say what the query answers: `#[query(response = T)]`");
    }
    let concrete = item::refuse_generics(ctxt, &parsed.item.generics, "a query");
    let kind = ident.unraw().to_string();
    Model {
        krate: &parsed.krate,
        ident,
        name: parsed.name.as_ref().map_or_else(|| kind.clone(), syn::LitStr::value),
        kind,
        response: parsed.response.as_ref(),
        sound: concrete && !union,
    }
}
