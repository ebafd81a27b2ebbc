//! What is written on an event handler.

use super::check::SHAPE;
use crate::shared::{
    CratePath, Ctxt, Keys,
    item::function,
    symbol::{ATTEMPTS, CRATE, FACTOR, FIRST, FORMERLY, ID, MAX, RETRY, VERSION},
};
use proc_macro2::TokenStream;
use std::time::Duration;
use syn::{ItemFn, LitStr};

pub(super) struct Parsed {
    pub(super) krate: CratePath,
    pub(super) id: Option<LitStr>,
    pub(super) retry: Retry,
    pub(super) version: Option<u32>,
    pub(super) formerly: Option<LitStr>,
    pub(super) item: ItemFn,
}

/// What was said of retries; the rest is as the runtime has it.
#[derive(Default)]
pub(super) struct Retry {
    pub(super) attempts: Option<u32>,
    pub(super) first: Option<Duration>,
    pub(super) factor: Option<u32>,
    pub(super) max: Option<Duration>,
}

pub(super) fn parse(ctxt: &Ctxt, keys: TokenStream, item: TokenStream) -> Option<Parsed> {
    let (mut krate, mut id, mut retry) = (CratePath::default(), None, Retry::default());
    let (mut version, mut formerly) = (None, None);
    Keys::new(ctxt, &[ID, RETRY, VERSION, FORMERLY, CRATE]).read(keys, &mut |entry| {
        match entry.key {
            ID => id = Some(entry.text()?),
            RETRY => entry.list(&[ATTEMPTS, FIRST, FACTOR, MAX], &mut |entry| {
                match entry.key {
                    ATTEMPTS => retry.attempts = Some(entry.number(1)?.0),
                    FIRST => retry.first = Some(entry.duration()?),
                    FACTOR => retry.factor = Some(entry.number(1)?.0),
                    _ => retry.max = Some(entry.duration()?),
                }
                Ok(())
            })?,
            VERSION => version = Some(entry.number(1)?.0),
            FORMERLY => formerly = Some(entry.text()?),
            _ => krate = CratePath::parse(entry)?,
        }
        Ok(())
    });
    let item = function(ctxt, item, SHAPE)?;
    Some(Parsed { krate, id, retry, version, formerly, item })
}
