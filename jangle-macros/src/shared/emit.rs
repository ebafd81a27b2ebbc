//! The frame of every expansion.

use super::CratePath;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Visibility;

/// Everything that users cannot name, in one block; `__` stands for the runtime's support module in it.
pub(crate) fn block(krate: &CratePath, items: TokenStream) -> TokenStream {
    quote! {
        const _: () = {
            use #krate::__private as __;
            #items
        };
    }
}

/// Enters something into the list that the runtime reads when it starts.
pub(crate) fn register(entry: TokenStream) -> TokenStream {
    quote!(__::register!(#entry);)
}

/// Likewise an item, which can then be named by its type.
pub(crate) fn register_item(entry: TokenStream) -> TokenStream {
    quote!(__::register_item!(#entry);)
}

/// A type that stands for a function: it has the function's name and visibility, because types and functions do not
/// share names.
pub(crate) fn marker(vis: &Visibility, function: &Ident) -> TokenStream {
    quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #vis enum #function {}
    }
}
