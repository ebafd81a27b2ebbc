//! What is written on an aggregate's impl block.

use crate::shared::{
    CratePath, Ctxt, Keys, quiet,
    symbol::{AGGREGATE, CRATE, NAME, RECONSTITUTE, SNAPSHOT_EVERY, SNAPSHOT_VERSION, Symbol, VALIDATE_COMMAND},
};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, ImplItem, ImplItemFn, Item, ItemImpl, LitInt, LitStr, Meta, parse2};

pub(super) struct Parsed {
    pub(super) keys: KeyValues,
    /// The block as it is emitted: without the inner attributes.
    pub(super) item: ItemImpl,
    pub(super) methods: Vec<Method>,
}

#[derive(Default)]
pub(super) struct KeyValues {
    pub(super) krate: CratePath,
    pub(super) name: Option<LitStr>,
    pub(super) snapshot_every: Option<(u64, LitInt)>,
    pub(super) snapshot_version: Option<(u32, LitInt)>,
}

/// A method with an inner attribute.
pub(super) struct Method {
    pub(super) role: Role,
    pub(super) method: ImplItemFn,
    /// The conditions under which it exists, to be repeated on what is generated for it.
    pub(super) cfgs: Vec<Attribute>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Validator,
    Reconstitutor,
}

pub(super) fn parse(ctxt: &Ctxt, keys: TokenStream, item: TokenStream) -> Option<Parsed> {
    let keys = parse_keys(ctxt, keys);
    let mut item = match ctxt.ok(parse2::<Item>(item))? {
        Item::Impl(item) => item,
        other => {
            ctxt.error(
                first_token(&other),
                "`#[aggregate]` belongs on an `impl` block: `#[aggregate] impl Account { … }`",
            );
            return None;
        }
    };
    let methods = item.items.iter_mut().filter_map(|member| match member {
        ImplItem::Fn(method) => inner(ctxt, method),
        _ => None,
    });
    let methods = methods.collect();
    Some(Parsed { keys, item, methods })
}

fn parse_keys(ctxt: &Ctxt, tokens: TokenStream) -> KeyValues {
    let mut keys = KeyValues::default();
    Keys::new(ctxt, &[NAME, SNAPSHOT_EVERY, SNAPSHOT_VERSION, CRATE]).read(tokens, &mut |entry| {
        match entry.key {
            NAME => keys.name = Some(entry.text()?),
            SNAPSHOT_EVERY => keys.snapshot_every = Some(entry.number(0)?),
            SNAPSHOT_VERSION => keys.snapshot_version = Some(entry.number(0)?),
            _ => keys.krate = CratePath::parse(entry)?,
        }
        Ok(())
    });
    keys
}

fn first_token(item: &impl ToTokens) -> TokenStream {
    item.to_token_stream().into_iter().take(1).collect()
}

/// Takes the inner attribute off a method.
fn inner(ctxt: &Ctxt, method: &mut ImplItemFn) -> Option<Method> {
    let role_of = |attr: &Attribute| {
        let role = |symbol: Symbol, role| symbol.ends(attr.path()).then_some((role, symbol));
        role(VALIDATE_COMMAND, Role::Validator).or_else(|| role(RECONSTITUTE, Role::Reconstitutor))
    };
    let mut found = None;
    for attr in &method.attrs {
        let Some((role, symbol)) = role_of(attr) else { continue };
        if !matches!(attr.meta, Meta::Path(_)) {
            ctxt.error(attr, format!("`#[{symbol}]` takes nothing; keys such as `name` are on `#[{AGGREGATE}]`"));
        }
        if found.replace(role).is_some() {
            ctxt.error(attr, format!("a method has one of `#[{VALIDATE_COMMAND}]` and `#[{RECONSTITUTE}]`, once"));
        }
    }
    let role = found?;
    method.attrs.retain(|attr| role_of(attr).is_none());
    let cfgs = method.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).cloned().collect();
    let bare = method.clone();
    method.attrs.push(match role {
        Role::Validator => quiet::validator(),
        Role::Reconstitutor => quiet::reconstitutor(),
    });
    Some(Method { role, method: bare, cfgs })
}
