//! What is written on a query handler.

use super::check::SHAPE;
use crate::shared::{CratePath, Ctxt, Keys, item::function, symbol::CRATE};
use proc_macro2::TokenStream;
use syn::ItemFn;

pub(super) struct Parsed {
    pub(super) krate: CratePath,
    pub(super) item: ItemFn,
}

pub(super) fn parse(ctxt: &Ctxt, keys: TokenStream, item: TokenStream) -> Option<Parsed> {
    let mut krate = CratePath::default();
    Keys::new(ctxt, &[CRATE]).read(keys, &mut |entry| {
        krate = CratePath::parse(entry)?;
        Ok(())
    });
    let item = function(ctxt, item, SHAPE)?;
    Some(Parsed { krate, item })
}
