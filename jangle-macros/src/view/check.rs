//! What a view must be.

use super::{
    law::{self, Law},
    parse::{Parsed, Role, ViewField},
};
use crate::shared::{CratePath, Ctxt, item, name::snake_case};
use proc_macro2::{Ident, Span};
use std::collections::BTreeMap;
use syn::{Attribute, Type, Visibility, ext::IdentExt};

const LONGEST: usize = 63;
const RESERVED: [&str; 2] = ["jangle_", "sqlite_"];

pub(super) struct Model<'a> {
    pub(super) krate: &'a CratePath,
    pub(super) ident: &'a Ident,
    pub(super) vis: &'a Visibility,
    pub(super) name: String,
    pub(super) keys: Vec<Key<'a>>,
    pub(super) columns: Vec<Column<'a>>,
    /// Fields whose part in the table is not known: they get setters that take anything.
    pub(super) unclear: Vec<&'a Ident>,
    /// Whether a row can be read; otherwise a stub stands for it.
    pub(super) readable: bool,
    /// Parameters would need parameters in the impls, and bring errors of their own.
    pub(super) generic: bool,
}

pub(super) struct Key<'a> {
    pub(super) ident: &'a Ident,
    pub(super) name: String,
    pub(super) ty: &'a Type,
}

pub(super) struct Column<'a> {
    pub(super) ident: &'a Ident,
    pub(super) name: String,
    pub(super) ty: &'a Type,
    pub(super) law: Law,
    pub(super) docs: Vec<&'a Attribute>,
}

pub(super) fn check<'a>(ctxt: &Ctxt, parsed: &'a Parsed) -> Model<'a> {
    let ident = &parsed.item.ident;
    let mut model = Model {
        krate: &parsed.krate,
        ident,
        vis: &parsed.item.vis,
        name: table_name(ctxt, parsed),
        keys: Vec::new(),
        columns: Vec::new(),
        unclear: Vec::new(),
        readable: false,
        generic: !item::refuse_generics(ctxt, &parsed.item.generics, "a view"),
    };
    let Some(fields) = &parsed.fields else {
        ctxt.error(ident, format!("a view is a struct with named fields: `{ident}` is none"));
        return model;
    };
    for field in fields {
        sort_in(ctxt, &mut model, field);
    }
    let key_was_tried = fields.iter().any(|field| matches!(field.role, Role::Wrong));
    if model.keys.is_empty() && !key_was_tried {
        ctxt.error(ident, "mark the field that identifies a row with `#[key]`");
    }
    check_column_names(ctxt, fields);
    model.readable = !model.keys.is_empty() && model.unclear.is_empty();
    model
}

fn table_name(ctxt: &Ctxt, parsed: &Parsed) -> String {
    match &parsed.name {
        Some(literal) => {
            let name = literal.value();
            check_name(ctxt, literal.span(), "view", &name);
            name
        }
        None => {
            let name = snake_case(&parsed.item.ident.unraw().to_string());
            check_name(ctxt, parsed.item.ident.span(), "view", &name);
            name
        }
    }
}

fn sort_in<'a>(ctxt: &Ctxt, model: &mut Model<'a>, field: &'a ViewField) {
    let (ident, ty, name) = (&field.ident, &field.field.ty, field.ident.unraw().to_string());
    match &field.role {
        Role::Key => model.keys.push(Key { ident, name, ty }),
        Role::Column(law) => {
            let docs = field.field.attrs.iter().filter(|attr| attr.path().is_ident("doc")).collect();
            model.columns.push(Column { ident, name, ty, law: *law, docs });
        }
        Role::Missing => {
            ctxt.error(ident, format!("every column of a view needs a `#[merge(…)]` law: {}", law::list()));
            model.unclear.push(ident);
        }
        Role::Wrong => model.unclear.push(ident),
    }
}

fn check_column_names(ctxt: &Ctxt, fields: &[ViewField]) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for field in fields {
        let name = field.ident.unraw().to_string();
        check_name(ctxt, field.ident.span(), "column", &name);
        if let Some(other) = seen.insert(name.to_lowercase(), name.clone()) {
            let message = format!("the columns `{other}` and `{name}` differ only in case, which no store tells apart");
            ctxt.error(&field.ident, message);
        }
    }
}

/// Names are the same in every store, so they keep to what all of them can do, and stay clear of what is ours.
fn check_name(ctxt: &Ctxt, span: Span, what: &str, name: &str) {
    let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !letters || !starts || name.len() > LONGEST {
        let message = format!(
            "`{name}` cannot be the name of a {what}: ASCII letters, digits and `_`, no digit first, {LONGEST} at most"
        );
        ctxt.error_at(span, message);
        return;
    }
    let lower = name.to_lowercase();
    if let Some(prefix) = RESERVED.into_iter().find(|prefix| lower.starts_with(prefix)) {
        ctxt.error_at(span, format!("`{name}` cannot be the name of a {what}: `{prefix}` is reserved"));
    } else if name.contains("__") {
        ctxt.error_at(span, format!("`{name}` cannot be the name of a {what}: `__` is reserved for stored columns"));
    }
}
