//! What is written on a saga's impl block.

use crate::shared::{
    CratePath, Ctxt, Keys, Retry, quiet,
    symbol::{
        BY, BY_AGGREGATE, CRATE, DEADLINE, EVENT_RECEIVER, NAME, ON_DEADLINE, RECONSTITUTE, REQUIRES, RETRY, STARTS,
        Symbol, UNLESS,
    },
};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use std::time::Duration;
use syn::{
    Attribute, ImplItem, ImplItemFn, Item, ItemImpl, LitStr, Member, Meta, Result, Token, Type, parse::ParseStream,
    parse2,
};

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
    pub(super) deadline: Option<Duration>,
    pub(super) retry: Option<Retry>,
    /// Whether there is no mistake in them; otherwise some may be missing.
    pub(super) is_sound: bool,
}

/// A method with an inner attribute.
pub(super) struct Method {
    pub(super) role: Role,
    pub(super) method: ImplItemFn,
    /// The conditions under which it exists, to be repeated on what is generated for it.
    pub(super) cfgs: Vec<Attribute>,
}

pub(super) enum Role {
    Reconstitutor,
    Receiver(ReceiverKeys),
    OnDeadline(TokenStream),
}

#[derive(Default)]
pub(super) struct ReceiverKeys {
    /// The field that names the saga, as the user wrote it.
    pub(super) by: Option<TokenStream>,
    pub(super) by_aggregate: Option<Ident>,
    pub(super) starts: Option<Ident>,
    pub(super) requires: Vec<Type>,
    pub(super) unless: Vec<Type>,
    /// All of them, to be compared.
    pub(super) text: String,
    /// Whether there is no mistake in them; otherwise some may be missing.
    pub(super) is_sound: bool,
}

pub(super) fn parse(ctxt: &Ctxt, keys: TokenStream, item: TokenStream) -> Option<Parsed> {
    let keys = parse_keys(ctxt, keys);
    let mut item = match ctxt.ok(parse2::<Item>(item))? {
        Item::Impl(item) => item,
        other => {
            let first: TokenStream = other.to_token_stream().into_iter().take(1).collect();
            ctxt.error(first, "`#[saga]` belongs on an `impl` block: `#[saga] impl Checkout { … }`");
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
    keys.is_sound = Keys::new(ctxt, &[NAME, DEADLINE, RETRY, CRATE]).read(tokens, &mut |entry| {
        match entry.key {
            NAME => keys.name = Some(entry.text()?),
            DEADLINE => keys.deadline = Some(entry.duration()?),
            RETRY => keys.retry = Some(Retry::parse(entry)?),
            _ => keys.krate = CratePath::parse(entry)?,
        }
        Ok(())
    });
    keys
}

/// Takes the inner attribute off a method.
fn inner(ctxt: &Ctxt, method: &mut ImplItemFn) -> Option<Method> {
    const INNER: [Symbol; 3] = [RECONSTITUTE, EVENT_RECEIVER, ON_DEADLINE];
    let symbol_of = |attr: &Attribute| INNER.into_iter().find(|symbol| symbol.ends(attr.path()));
    let (inner, others): (Vec<_>, Vec<_>) =
        std::mem::take(&mut method.attrs).into_iter().partition(|attr| symbol_of(attr).is_some());
    method.attrs = others;
    let attr = inner.first()?;
    if let Some(second) = inner.get(1) {
        let list: Vec<_> = INNER.iter().map(|symbol| format!("`#[{symbol}]`")).collect();
        ctxt.error(second, format!("a method has one of {}, once", list.join(", ")));
    }
    let symbol = symbol_of(attr)?;
    let role = match symbol {
        EVENT_RECEIVER => Role::Receiver(receiver_keys(ctxt, attr)),
        symbol => {
            if !matches!(attr.meta, Meta::Path(_)) {
                ctxt.error(attr, format!("`#[{symbol}]` takes nothing"));
            }
            match symbol {
                RECONSTITUTE => Role::Reconstitutor,
                _ => Role::OnDeadline(attr.to_token_stream()),
            }
        }
    };
    let cfgs = method.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).cloned().collect();
    let bare = method.clone();
    method.attrs.push(match role {
        Role::Reconstitutor => quiet::reconstitutor(),
        _ => quiet::receiver(),
    });
    Some(Method { role, method: bare, cfgs })
}

fn receiver_keys(ctxt: &Ctxt, attr: &Attribute) -> ReceiverKeys {
    let mut keys = ReceiverKeys { text: attr.meta.to_token_stream().to_string(), ..ReceiverKeys::default() };
    let tokens = match &attr.meta {
        Meta::Path(_) => return ReceiverKeys { is_sound: true, ..keys },
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(_) => {
            ctxt.error(
                attr,
                format!("`#[{EVENT_RECEIVER}]` takes keys in parentheses: `#[{EVENT_RECEIVER}(by = field)]`"),
            );
            return keys;
        }
    };
    keys.is_sound = Keys::new(ctxt, &[BY, BY_AGGREGATE, STARTS, REQUIRES, UNLESS]).read(tokens, &mut |entry| {
        match entry.key {
            BY => keys.by = Some(entry.value_with(field)?),
            BY_AGGREGATE => {
                entry.flag()?;
                keys.by_aggregate = Some(entry.ident.clone());
            }
            STARTS => {
                entry.flag()?;
                keys.starts = Some(entry.ident.clone());
            }
            REQUIRES => keys.requires = entry.types()?,
            _ => keys.unless = entry.types()?,
        }
        Ok(())
    });
    keys
}

/// `field`, or `field.inner`.
fn field(input: ParseStream<'_>) -> Result<TokenStream> {
    let mut tokens = input.parse::<Member>()?.to_token_stream();
    while input.peek(Token![.]) {
        input.parse::<Token![.]>()?.to_tokens(&mut tokens);
        input.parse::<Member>()?.to_tokens(&mut tokens);
    }
    Ok(tokens)
}
