//! What is written on an event handler.

use super::check::SHAPE;
use crate::shared::{
    CratePath, Ctxt, Keys, Retry,
    item::function,
    symbol::{CRATE, FORMERLY, ID, ON_DEAD, RETRY, VERSION},
};
use proc_macro2::TokenStream;
use syn::{Error, ItemFn, LitStr, Result};

pub(super) struct Parsed {
    pub(super) krate: CratePath,
    pub(super) id: Option<LitStr>,
    pub(super) retry: Retry,
    /// Whether later events of an aggregate wait behind one that is set aside.
    pub(super) holds: bool,
    pub(super) version: Option<u32>,
    pub(super) formerly: Option<LitStr>,
    pub(super) item: ItemFn,
}

pub(super) fn parse(ctxt: &Ctxt, keys: TokenStream, item: TokenStream) -> Option<Parsed> {
    let (mut krate, mut id, mut retry) = (CratePath::default(), None, Retry::default());
    let (mut version, mut formerly, mut holds) = (None, None, false);
    Keys::new(ctxt, &[ID, RETRY, ON_DEAD, VERSION, FORMERLY, CRATE]).read(keys, &mut |entry| {
        match entry.key {
            ID => id = Some(entry.text()?),
            RETRY => retry = Retry::parse(entry)?,
            ON_DEAD => holds = is_hold(&entry.text()?)?,
            VERSION => version = Some(entry.number(1)?.0),
            FORMERLY => formerly = Some(entry.text()?),
            _ => krate = CratePath::parse(entry)?,
        }
        Ok(())
    });
    let item = function(ctxt, item, SHAPE)?;
    Some(Parsed { krate, id, retry, holds, version, formerly, item })
}

fn is_hold(text: &LitStr) -> Result<bool> {
    match text.value().as_str() {
        "hold" => Ok(true),
        "set_aside" => Ok(false),
        _ => Err(Error::new(text.span(), format!("`{ON_DEAD}` is `\"set_aside\"` or `\"hold\"`"))),
    }
}
