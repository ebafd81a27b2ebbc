//! `crate = path`: where the runtime is, for crates that rename or re-export it.

use super::keys::Entry;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Error, Path, Result};

/// The path to the runtime crate: `::jangle` unless it was given.
#[derive(Default)]
pub(crate) struct CratePath(Option<Path>);

impl CratePath {
    /// The value of a `crate` key. A path that depends on the module where it stands is refused, because a name in it
    /// could mean something else there.
    pub(crate) fn parse(entry: &Entry<'_, '_>) -> Result<Self> {
        let path = entry.value_with(Path::parse_mod_style)?;
        let rooted = path.leading_colon.is_some()
            || path.segments.first().is_some_and(|first| first.ident == "crate" || first.ident == "$crate");
        if !rooted {
            let name = path.to_token_stream().to_string().replace(' ', "");
            let message = format!("write an absolute path: `crate = ::{name}` or `crate = crate::{name}`");
            return Err(Error::new_spanned(path, message));
        }
        Ok(Self(Some(path)))
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
