//! What is written on a query.

use crate::shared::{
    CratePath, Ctxt, Keys, item,
    symbol::{CRATE, NAME, QUERY, RESPONSE},
};
use proc_macro2::TokenStream;
use syn::{DeriveInput, Error, LitStr, Type};

pub(super) struct Parsed {
    pub(super) krate: CratePath,
    pub(super) name: Option<LitStr>,
    pub(super) response: Option<Type>,
    /// Whether the key was written, also where its value could not be read.
    pub(super) says_response: bool,
    pub(super) item: DeriveInput,
}

pub(super) fn parse(ctxt: &Ctxt, item: TokenStream) -> Option<Parsed> {
    let item = item::derive_input(ctxt, item)?;
    let mut parsed = Parsed { krate: CratePath::default(), name: None, response: None, says_response: false, item };
    Keys::new(ctxt, &[RESPONSE, NAME, CRATE]).read_helper(&parsed.item.attrs, QUERY, &mut |entry| {
        match entry.key {
            RESPONSE => {
                parsed.says_response = true;
                let told = |error: Error| Error::new(error.span(), "`response` is a type: `#[query(response = T)]`");
                parsed.response = Some(entry.value().map_err(told)?);
            }
            NAME => parsed.name = Some(entry.text()?),
            _ => parsed.krate = CratePath::parse(entry)?,
        }
        Ok(())
    });
    Some(parsed)
}
