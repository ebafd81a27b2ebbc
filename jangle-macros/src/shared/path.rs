//! `crate = path`: where the runtime is, for crates that rename or re-export it.

use super::keys::Entry;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Path, Result};

/// The path to the runtime crate: `::jangle` unless it was given.
#[derive(Default)]
pub(crate) struct CratePath(Option<Path>);

impl CratePath {
    /// The value of a `crate` key: any path that leads to the runtime from where the item stands.
    pub(crate) fn parse(entry: &Entry<'_, '_>) -> Result<Self> {
        Ok(Self(Some(entry.value_with(Path::parse_mod_style)?)))
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => tokens.extend(quote!(::jangle)),
        }
    }
}
