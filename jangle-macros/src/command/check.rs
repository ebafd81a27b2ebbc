//! What a command must be.

use super::parse::{Marked, Parsed};
use crate::shared::{CratePath, Ctxt, item};
use proc_macro2::Ident;
use syn::{Data, Member, Meta, Type, ext::IdentExt};

const MARK: &str = "mark the field that names the aggregate with `#[aggregate_id]`";

pub(super) struct Model<'a> {
    pub(super) krate: &'a CratePath,
    pub(super) ident: &'a Ident,
    pub(super) name: String,
    pub(super) kind: String,
    /// None where something is wrong.
    pub(super) id: Option<(Member, &'a Type)>,
    /// Whether an impl can be written at all, without errors of its own.
    pub(super) sound: bool,
}

pub(super) fn check<'a>(ctxt: &Ctxt, parsed: &'a Parsed) -> Model<'a> {
    let ident = &parsed.item.ident;
    let concrete = item::refuse_generics(ctxt, &parsed.item.generics, "a command");
    let kind = ident.unraw().to_string();
    Model {
        krate: &parsed.krate,
        ident,
        name: parsed.name.as_ref().map_or_else(|| kind.clone(), syn::LitStr::value),
        kind,
        id: aggregate_id(ctxt, parsed),
        sound: concrete && !matches!(parsed.item.data, Data::Union(_)),
    }
}

fn aggregate_id<'a>(ctxt: &Ctxt, parsed: &'a Parsed) -> Option<(Member, &'a Type)> {
    let ident = &parsed.item.ident;
    if !matches!(parsed.item.data, Data::Struct(_)) {
        ctxt.error(ident, format!("a command is a struct: `{ident}` is none; write one struct for each command"));
        return None;
    }
    let marked = parsed.marked();
    for Marked { mark, .. } in &marked {
        if !matches!(mark.meta, Meta::Path(_)) {
            ctxt.error(mark, "`#[aggregate_id]` takes nothing");
        }
    }
    match &marked[..] {
        [Marked { member, field, .. }] => Some((member.clone(), &field.ty)),
        [] => {
            ctxt.error(ident, MARK);
            None
        }
        [_, second, ..] => {
            ctxt.error(second.mark, format!("{MARK}: only one, and `{ident}` has {}", marked.len()));
            None
        }
    }
}
