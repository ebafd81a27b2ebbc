//! What a query handler must be.

use super::parse::Parsed;
use crate::shared::{CratePath, Ctxt, item, signature};
use syn::{ReturnType, Signature, Type, ext::IdentExt};

pub(super) const SHAPE: &str = "a `#[query_handler]` is an `async fn` whose first parameter is the query";
const WHAT: &str = "a `#[query_handler]`";

pub(super) struct Model<'a> {
    pub(super) krate: &'a CratePath,
    pub(super) kind: String,
    pub(super) signature: &'a Signature,
    pub(super) query: &'a Type,
    /// Whether it can be called; otherwise a stub answers the query.
    pub(super) sound: bool,
    pub(super) params: Vec<&'a Type>,
}

/// None where it cannot be told which query it answers.
pub(super) fn check<'a>(ctxt: &Ctxt, parsed: &'a Parsed) -> Option<Model<'a>> {
    let signature = &parsed.item.sig;
    let mut sound = signature::refuse_qualifiers(ctxt, signature, WHAT);
    if let Some(receiver) = signature.receiver() {
        ctxt.error(receiver, format!("{SHAPE}; it is no method"));
        return None;
    }
    if let ReturnType::Default = signature.output {
        ctxt.error(&signature.ident, format!("{WHAT} returns `Result<Response, QueryError>`"));
        sound = false;
    }
    if signature.asyncness.is_none() {
        ctxt.error(signature.fn_token, SHAPE);
        sound = false;
    }
    let params: Vec<_> = signature::params(signature).into_iter().map(|param| &*param.ty).collect();
    let Some((&query, params)) = params.split_first() else {
        if signature.asyncness.is_some() {
            ctxt.error(&signature.ident, SHAPE);
        }
        return None;
    };
    if let Type::Reference(reference) = query {
        ctxt.error(query, format!("{WHAT} takes the query by value: `{}`", item::text(&reference.elem)));
        return None;
    }
    if let Type::ImplTrait(_) = query {
        ctxt.error(query, SHAPE);
        return None;
    }
    if !signature.generics.params.is_empty() {
        return None;
    }
    let kind = signature.ident.unraw().to_string();
    Some(Model { krate: &parsed.krate, kind, signature, query, sound, params: params.to_vec() })
}
