//! What is written on an event.

use crate::shared::{
    CratePath, Ctxt, Keys, item,
    symbol::{CRATE, EVENT, NAME, VERSION},
};
use proc_macro2::TokenStream;
use syn::{DeriveInput, LitStr};

pub(super) struct Parsed {
    pub(super) krate: CratePath,
    pub(super) name: Option<LitStr>,
    pub(super) version: u32,
    pub(super) item: DeriveInput,
}

pub(super) fn parse(ctxt: &Ctxt, item: TokenStream) -> Option<Parsed> {
    let item = item::derive_input(ctxt, item)?;
    let mut parsed = Parsed { krate: CratePath::default(), name: None, version: 1, item };
    Keys::new(ctxt, &[NAME, VERSION, CRATE]).read_helper(&parsed.item.attrs, EVENT, &mut |entry| {
        match entry.key {
            NAME => parsed.name = Some(entry.text()?),
            VERSION => parsed.version = entry.number(1)?.0,
            _ => parsed.krate = CratePath::parse(entry)?,
        }
        Ok(())
    });
    Some(parsed)
}
