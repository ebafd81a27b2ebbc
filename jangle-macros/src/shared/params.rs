//! The parameters of handlers, as constants that name each bound once.

use super::span;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;

/// The parameters that the runtime provides.
pub(crate) struct Params<'a> {
    types: Vec<&'a Type>,
    names: Vec<Ident>,
}

impl<'a> Params<'a> {
    pub(crate) fn new(types: impl IntoIterator<Item = &'a Type>) -> Self {
        let types: Vec<_> = types.into_iter().collect();
        let names = (0..types.len()).map(|index| format_ident!("P{index}")).collect();
        Self { types, names }
    }

    /// `const P0: Param<T> = <T as Role>::PARAM;` for each.
    pub(crate) fn constants(&self, role: &str) -> TokenStream {
        let constants = self.types.iter().zip(&self.names).map(|(ty, name)| {
            let role = format_ident!("{role}");
            let value = quote_spanned!(span::at(ty)=> <#ty as __::#role>::PARAM);
            quote!(const #name: __::Param<#ty> = #value;)
        });
        constants.collect()
    }

    /// What the model knows of them.
    pub(crate) fn infos(&self) -> TokenStream {
        let names = &self.names;
        quote!(&[#(#names.info),*])
    }

    /// Each of them, made for a run.
    pub(crate) fn taken(&self) -> TokenStream {
        let names = &self.names;
        quote!(#((#names.take)(__cx)?),*)
    }

    /// A check for each that it may stand beside the others, reported at its own type.
    pub(crate) fn projection_checks(&self) -> TokenStream {
        // One alone stands beside nothing.
        if self.types.len() < 2 {
            return TokenStream::new();
        }
        let checks = self.types.iter().zip(&self.names).map(|(ty, name)| {
            let check = quote_spanned!(span::at(ty)=> __::projection_param(PARAMS, #name.info));
            quote!(const _: () = #check;)
        });
        let infos = self.infos();
        quote! {
            const PARAMS: &[__::ParamInfo] = #infos;
            #(#checks)*
        }
    }

    /// The list for the impl: the constant of the checks where there is one.
    pub(crate) fn list(&self) -> TokenStream {
        if self.types.len() < 2 { self.infos() } else { quote!(PARAMS) }
    }
}
