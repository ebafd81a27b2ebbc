//! What `#[derive(View)]` writes.

use super::{
    check::{Column, Key, Model},
    law::Setter,
};
use crate::shared::{emit, span};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Type, Visibility, ext::IdentExt};

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    if model.generic {
        return TokenStream::new();
    }
    let ident = model.ident;
    let change = Ident::new(&format!("{}Change", model.ident.unraw()), span::at(model.ident));
    let builder = change_type(model, &change);
    let parts = [
        constants(model),
        view_row(model),
        change_of(model, &change),
        at(model, &change),
        setters(model, &change),
        emit::register_item(quote!(view #ident)),
    ];
    let block = emit::block(model.krate, parts.into_iter().collect());
    quote!(#builder #block)
}

/// The type that the setters sit on. It stands beside the struct, because users name it.
fn change_type(Model { krate, ident, vis, .. }: &Model<'_>, change: &Ident) -> TokenStream {
    let doc = format!(
        " What an event says about a row of [`{ident}`]: made by `{ident}::at`, with a setter for each column."
    );
    quote! {
        #[doc = #doc]
        #[derive(::core::fmt::Debug)]
        #[must_use = "a change does nothing until it is merged"]
        #vis struct #change(#krate::__private::Change<#ident>);
    }
}

/// At the column's type, because that is what can be wrong wherever the constant is used.
fn constant(index: usize, ty: &Type) -> Ident {
    format_ident!("C{index}", span = span::at(ty))
}

/// One constant for each column names its type and law once, so that what is wrong with them is reported once.
fn constants(model: &Model<'_>) -> TokenStream {
    let constants = model.columns.iter().enumerate().map(|(index, Column { name, ty, law, .. })| {
        let constant = constant(index, ty);
        let law = Ident::new(law.ty, span::at(ty));
        quote_spanned! {span::at(ty)=>
            const #constant: __::TypedColumn<#ty, <#ty as __::Column>::Bare> = __::TypedColumn::<#ty, _>::of::<__::#law>(#name);
        }
    });
    constants.collect()
}

fn key_type(keys: &[Key<'_>]) -> TokenStream {
    match keys {
        [Key { ty, .. }] => quote_spanned!(span::at(ty)=> #ty),
        // Where there is none, anything that can be a key stands for it.
        [] => quote!(::std::string::String),
        several => {
            let types = several.iter().map(|key| key.ty);
            quote!((#(#types),*))
        }
    }
}

fn view_row(model: &Model<'_>) -> TokenStream {
    let Model { ident, name, keys, columns, .. } = model;
    let kind = ident.unraw().to_string();
    let key = key_type(keys);
    let key_infos =
        keys.iter().map(|Key { name, ty, .. }| quote_spanned!(span::at(ty)=> __::KeyInfo::of::<#ty>(#name)));
    let column_infos = columns.iter().enumerate().map(|(index, Column { ty, .. })| {
        let constant = constant(index, ty);
        quote_spanned!(span::at(ty)=> #constant.info)
    });
    let read = if model.readable { read(model) } else { quote!(::core::unreachable!()) };
    let row = if model.readable { quote!(row) } else { quote!(_row) };
    quote! {
        #[automatically_derived]
        impl __::ViewRow for #ident {
            type Key = #key;
            const META: __::Meta = __::meta!(#name, #kind);
            const KEY: &'static [__::KeyInfo] = &[#(#key_infos),*];
            const COLUMNS: &'static [__::ColumnInfo] = &[#(#column_infos),*];
            fn read(#row: &mut __::RowReader) -> ::core::result::Result<Self, __::ViewError> {
                #read
            }
        }
    }
}

/// A struct expression is evaluated as it is written: the keys first, then the columns, as they are stored.
fn read(model: &Model<'_>) -> TokenStream {
    let keys = model.keys.iter().map(|key| key.ident);
    let columns = model.columns.iter().enumerate().map(|(index, Column { ident, ty, .. })| {
        let constant = constant(index, ty);
        quote_spanned!(span::at(ty)=> #ident: row.column(&#constant)?,)
    });
    quote! {
        ::core::result::Result::Ok(Self {
            #(#keys: row.key()?,)*
            #(#columns)*
        })
    }
}

fn change_of(Model { ident, .. }: &Model<'_>, change: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl __::ChangeOf<#ident> for #change {
            fn into_change(self) -> __::Change<#ident> {
                self.0
            }
        }
    }
}

fn at(model: &Model<'_>, change: &Ident) -> TokenStream {
    let Model { ident, vis, keys, .. } = model;
    let arguments: Vec<_> = (0..keys.len()).map(|index| format_ident!("key{index}")).collect();
    let types = keys.iter().map(|key| key.ty);
    let key = match &arguments[..] {
        [one] => quote!(&#one.into()),
        several => quote!(&(#(#several.into()),*)),
    };
    let (parameters, body) = if keys.is_empty() {
        (quote!(_key: impl ::core::marker::Sized), quote!(::core::unreachable!()))
    } else {
        (quote!(#(#arguments: impl ::core::convert::Into<#types>),*), quote!(#change(__::Change::at(#key))))
    };
    quote! {
        impl #ident {
            /// The row with this key, to be changed by the setters of its columns.
            #vis fn at(#parameters) -> #change {
                #body
            }
        }
    }
}

fn setters(model: &Model<'_>, change: &Ident) -> TokenStream {
    let vis = model.vis;
    let columns = model.columns.iter().enumerate().map(|(index, column)| setter(vis, index, column));
    // What a field is may be unclear, but not that it has a setter: this one stands for it.
    let unclear = model.unclear.iter().map(|ident| {
        let name = span::quiet(ident);
        quote! {
            #[doc(hidden)]
            #vis fn #name(self, _value: impl ::core::marker::Sized) -> Self {
                self
            }
        }
    });
    let setters: TokenStream = columns.chain(unclear).collect();
    quote!(impl #change { #setters })
}

fn setter(vis: &Visibility, index: usize, column: &Column<'_>) -> TokenStream {
    let (name, ty, constant, docs) = (span::quiet(column.ident), column.ty, constant(index, column.ty), docs(column));
    let index = Literal::usize_unsuffixed(index);
    let place = span::at(ty);
    let bare = quote_spanned!(place=> <#ty as __::Column>::Bare);
    let (parameter, set) = match column.law.setter {
        Setter::Into => (
            quote_spanned!(place=> , value: impl ::core::convert::Into<#bare>),
            quote_spanned!(place=> set(#index, &#constant, value.into())),
        ),
        Setter::Bare => {
            (quote_spanned!(place=> , value: #bare), quote_spanned!(place=> set(#index, &#constant, value)))
        }
        Setter::Mark => (quote!(), quote_spanned!(place=> mark(#index, &#constant))),
    };
    quote_spanned! {place=>
        #docs
        #vis fn #name(self #parameter) -> Self {
            Self(self.0.#set)
        }
    }
}

/// What the law does, and below it what the user says of the column.
fn docs(column: &Column<'_>) -> TokenStream {
    let law = format!(" {}", column.law.doc(&column.name));
    let own = &column.docs;
    if own.is_empty() {
        return quote!(#[doc = #law]);
    }
    quote!(#[doc = #law] #[doc = ""] #(#own)*)
}
