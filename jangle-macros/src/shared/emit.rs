//! The frame of every expansion.

use super::CratePath;
use proc_macro2::TokenStream;
use quote::quote;

/// Everything that users cannot name, in one block; `__` stands for the runtime's support module in it.
pub(crate) fn block(krate: &CratePath, items: TokenStream) -> TokenStream {
    quote! {
        const _: () = {
            use #krate::__private as __;
            #items
        };
    }
}

/// Enters an item into the list that the runtime reads when it starts.
pub(crate) fn register(krate: &CratePath, entry: TokenStream) -> TokenStream {
    quote! {
        #[__::linkme::distributed_slice(__::ENTRIES)]
        #[linkme(crate = #krate::__private::linkme)]
        static ENTRY: __::Entry = __::Entry::#entry;
    }
}
