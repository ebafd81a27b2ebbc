//! What is written on a command.

use crate::shared::{
    CratePath, Ctxt, Keys, item,
    symbol::{AGGREGATE_ID, COMMAND, CRATE, NAME},
};
use proc_macro2::TokenStream;
use syn::{Attribute, Data, DeriveInput, Field, LitStr, Member};

pub(super) struct Parsed {
    pub(super) krate: CratePath,
    pub(super) name: Option<LitStr>,
    pub(super) item: DeriveInput,
}

pub(super) fn parse(ctxt: &Ctxt, item: TokenStream) -> Option<Parsed> {
    let item = item::derive_input(ctxt, item)?;
    let mut parsed = Parsed { krate: CratePath::default(), name: None, item };
    Keys::new(ctxt, &[NAME, CRATE]).read_helper(&parsed.item.attrs, COMMAND, &mut |entry| {
        match entry.key {
            NAME => parsed.name = Some(entry.text()?),
            _ => parsed.krate = CratePath::parse(entry)?,
        }
        Ok(())
    });
    Some(parsed)
}

/// A field that is marked with `#[aggregate_id]`.
pub(super) struct Marked<'a> {
    pub(super) member: Member,
    pub(super) field: &'a Field,
    pub(super) mark: &'a Attribute,
}

impl Parsed {
    pub(super) fn marked(&self) -> Vec<Marked<'_>> {
        let Data::Struct(data) = &self.item.data else { return Vec::new() };
        let members = data.fields.members().zip(&data.fields);
        let marks = members.flat_map(|(member, field)| {
            let marks = field.attrs.iter().filter(|attr| attr.path().is_ident(AGGREGATE_ID.0));
            marks.map(move |mark| Marked { member: member.clone(), field, mark })
        });
        marks.collect()
    }
}
