//! What is written on a view.

use super::law::{self, Law};
use crate::shared::{
    CratePath, Ctxt, Keys, item,
    symbol::{CRATE, KEY, MERGE, NAME, VIEW},
};
use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Data, DeriveInput, Field, Fields, LitStr, Meta, parse::Parser, punctuated::Punctuated};

pub(super) struct Parsed {
    pub(super) krate: CratePath,
    pub(super) name: Option<LitStr>,
    pub(super) item: DeriveInput,
    /// None where it is no struct with named fields.
    pub(super) fields: Option<Vec<ViewField>>,
}

pub(super) struct ViewField {
    pub(super) ident: Ident,
    pub(super) field: Field,
    pub(super) role: Role,
}

/// What a field is in the table.
pub(super) enum Role {
    Key,
    Column(Law),
    /// Nothing was said.
    Missing,
    /// What was said is wrong, and reported.
    Wrong,
}

pub(super) fn parse(ctxt: &Ctxt, item: TokenStream) -> Option<Parsed> {
    let item = item::derive_input(ctxt, item)?;
    let fields = match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(named) => Some(named.named.iter().filter_map(|field| view_field(ctxt, field)).collect()),
            _ => None,
        },
        _ => None,
    };
    let mut parsed = Parsed { krate: CratePath::default(), name: None, item, fields };
    Keys::new(ctxt, &[NAME, CRATE]).read_helper(&parsed.item.attrs, VIEW, &mut |entry| {
        match entry.key {
            NAME => parsed.name = Some(entry.text()?),
            _ => parsed.krate = CratePath::parse(entry)?,
        }
        Ok(())
    });
    Some(parsed)
}

fn view_field(ctxt: &Ctxt, field: &Field) -> Option<ViewField> {
    let ident = field.ident.clone()?;
    let marks: Vec<_> =
        field.attrs.iter().filter(|attr| attr.path().is_ident(KEY.0) || attr.path().is_ident(MERGE.0)).collect();
    let role = match &marks[..] {
        [] => Role::Missing,
        [mark] => role(ctxt, mark),
        [_, second, ..] => {
            ctxt.error(second, "a field of a view has one `#[key]` or one `#[merge(…)]`");
            Role::Wrong
        }
    };
    Some(ViewField { ident, field: field.clone(), role })
}

fn role(ctxt: &Ctxt, mark: &Attribute) -> Role {
    match &mark.meta {
        Meta::Path(path) if path.is_ident(KEY.0) => Role::Key,
        Meta::Path(_) => Role::Missing,
        other if other.path().is_ident(KEY.0) => {
            ctxt.error(mark, "`#[key]` takes nothing");
            Role::Wrong
        }
        Meta::List(list) if list.tokens.is_empty() => Role::Missing,
        Meta::List(list) => ctxt.ok(merge_law(list.tokens.clone())).map_or(Role::Wrong, Role::Column),
        Meta::NameValue(_) => {
            ctxt.error(mark, format!("write the law in parentheses: {}", law::list()));
            Role::Wrong
        }
    }
}

fn merge_law(tokens: TokenStream) -> syn::Result<Law> {
    let names = Punctuated::<Ident, syn::Token![,]>::parse_terminated.parse2(tokens)?;
    if let Some(second) = names.get(1) {
        return Err(syn::Error::new(second.span(), "a column has one law"));
    }
    let Some(name) = names.first() else {
        return Err(syn::Error::new(Span::call_site(), format!("`#[merge(…)]` names a law: {}", law::list())));
    };
    Law::named(name)
        .ok_or_else(|| syn::Error::new(name.span(), format!("unknown law `{name}`; the laws are: {}", law::list())))
}
