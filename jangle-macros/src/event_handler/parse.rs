//! What is written on an event handler.

use super::check::SHAPE;
use crate::shared::{
    CratePath, Ctxt, Keys, Retry,
    item::function,
    symbol::{CRATE, FORMERLY, ID, RETRY, VERSION},
};
use proc_macro2::TokenStream;
use syn::{ItemFn, LitStr};

pub(super) struct Parsed {
    pub(super) krate: CratePath,
    pub(super) id: Option<LitStr>,
    pub(super) retry: Retry,
    pub(super) version: Option<u32>,
    pub(super) formerly: Option<LitStr>,
    pub(super) item: ItemFn,
}

pub(super) fn parse(ctxt: &Ctxt, keys: TokenStream, item: TokenStream) -> Option<Parsed> {
    let (mut krate, mut id, mut retry) = (CratePath::default(), None, Retry::default());
    let (mut version, mut formerly) = (None, None);
    Keys::new(ctxt, &[ID, RETRY, VERSION, FORMERLY, CRATE]).read(keys, &mut |entry| {
        match entry.key {
            ID => id = Some(entry.text()?),
            RETRY => retry = Retry::parse(entry)?,
            VERSION => version = Some(entry.number(1)?.0),
            FORMERLY => formerly = Some(entry.text()?),
            _ => krate = CratePath::parse(entry)?,
        }
        Ok(())
    });
    let item = function(ctxt, item, SHAPE)?;
    Some(Parsed { krate, id, retry, version, formerly, item })
}
