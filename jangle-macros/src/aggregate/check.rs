//! What an aggregate must be.

use super::parse::{Method, Parsed, Role};
use crate::shared::{
    CratePath, Ctxt, fingerprint, item,
    name::snake_case,
    signature::{self, Receiver},
    span,
};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Attribute, ItemImpl, ReturnType, Signature, Type, ext::IdentExt};

const VALIDATOR: &str = "a `#[validate_command]` method";
const RECONSTITUTOR: &str = "a `#[reconstitute]` method";
const VALIDATOR_SHAPE: &str =
    "a `#[validate_command]` method takes `&self`, the command and, if it wants, `&CommandContext`";
const RECONSTITUTOR_SHAPE: &str = "a `#[reconstitute]` method takes `&mut self` and the event by reference: `&E`";

pub(super) struct Model<'a> {
    pub(super) krate: &'a CratePath,
    pub(super) ty: &'a Type,
    /// None where no impl can be written: the block is emitted alone.
    pub(super) identity: Option<Identity>,
    pub(super) commands: Vec<Command<'a>>,
    pub(super) events: Vec<Event<'a>>,
    pub(super) snapshot: Option<Snapshot>,
}

pub(super) struct Identity {
    pub(super) name: String,
    pub(super) kind: String,
}

pub(super) struct Snapshot {
    pub(super) every: u64,
    pub(super) version: u32,
    pub(super) reconstitutors: u64,
    pub(super) place: Span,
}

pub(super) struct Command<'a> {
    pub(super) ty: &'a Type,
    pub(super) signature: &'a Signature,
    pub(super) cfgs: &'a [Attribute],
    /// The place of the second parameter.
    pub(super) context: Option<Span>,
    /// Whether the method can be called; otherwise a stub stands for it.
    pub(super) sound: bool,
}

pub(super) struct Event<'a> {
    pub(super) ty: &'a Type,
    pub(super) signature: &'a Signature,
    pub(super) cfgs: &'a [Attribute],
    pub(super) sound: bool,
}

pub(super) fn check<'a>(ctxt: &Ctxt, parsed: &'a Parsed) -> Model<'a> {
    let mut model = Model {
        krate: &parsed.keys.krate,
        ty: &parsed.item.self_ty,
        identity: identity(ctxt, &parsed.item, parsed.keys.name.as_ref().map(syn::LitStr::value)),
        commands: Vec::new(),
        events: Vec::new(),
        snapshot: snapshot(parsed),
    };
    for method in &parsed.methods {
        match method.role {
            Role::Validator => model.commands.extend(command(ctxt, method, &model.commands)),
            Role::Reconstitutor => model.events.extend(event(ctxt, method, &model.events)),
        }
    }
    model
}

fn identity(ctxt: &Ctxt, block: &ItemImpl, name: Option<String>) -> Option<Identity> {
    if !block.generics.params.is_empty() {
        let message = "an `#[aggregate]` cannot be generic: its name in the store stands for one type";
        ctxt.error(&block.generics, message);
        return None;
    }
    if let Some((path, _)) = &block.trait_ {
        let message = "`#[aggregate]` belongs on an `impl` block of a type's own methods, not on one of a trait";
        ctxt.error(path, message);
        return None;
    }
    let last = match &*block.self_ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    let Some(last) = last else {
        ctxt.error(&block.self_ty, "an `#[aggregate]` is a struct or an enum: `impl Account { … }`");
        return None;
    };
    let kind = last.ident.unraw().to_string();
    Some(Identity { name: name.unwrap_or_else(|| snake_case(&kind)), kind })
}

fn snapshot(parsed: &Parsed) -> Option<Snapshot> {
    let (every, literal) = parsed.keys.snapshot_every.as_ref()?;
    let reconstitutors = parsed.methods.iter().filter(|method| method.role == Role::Reconstitutor);
    let tokens: TokenStream = reconstitutors
        .flat_map(|method| [method.method.sig.to_token_stream(), method.method.block.to_token_stream()])
        .collect();
    Some(Snapshot {
        every: *every,
        version: parsed.keys.snapshot_version.as_ref().map_or(0, |(version, _)| *version),
        reconstitutors: fingerprint::of(tokens),
        place: span::at(literal),
    })
}

fn command<'a>(ctxt: &Ctxt, method: &'a Method, before: &[Command<'_>]) -> Option<Command<'a>> {
    let signature = &method.method.sig;
    let takes_self = check_receiver(ctxt, signature, Receiver::Shared, VALIDATOR_SHAPE);
    let plain = check_plain(ctxt, signature, VALIDATOR);
    let params = signature::params(signature);
    let Some(first) = params.first() else {
        if takes_self {
            ctxt.error(&signature.ident, VALIDATOR_SHAPE);
        }
        return None;
    };
    let mut sound = takes_self && plain;
    if let Some(context) = params.get(1)
        && signature::referenced(&context.ty).is_none()
    {
        ctxt.error(&context.ty, "the context comes by reference: `&CommandContext`");
        sound = false;
    }
    if let Some(third) = params.get(2) {
        ctxt.error(third, VALIDATOR_SHAPE);
        sound = false;
    }
    let mut ty = &*first.ty;
    if let Type::Reference(reference) = ty {
        let owned = item::text(&reference.elem);
        ctxt.error(ty, format!("{VALIDATOR} takes the command by value: `{owned}`"));
        ty = named(&reference.elem)?;
        sound = false;
    }
    if refuse_impl(ctxt, ty, VALIDATOR) {
        return None;
    }
    let twice = |other: &&Command<'_>| item::same(other.ty, ty) && method.cfgs.is_empty() && other.cfgs.is_empty();
    if let Some(other) = before.iter().find(twice) {
        ctxt.error(ty, format!("`{}` is already validated by `{}`", item::text(ty), other.signature.ident));
        return None;
    }
    if let ReturnType::Type(_, returned) = &signature.output
        && refuse_impl(ctxt, returned, VALIDATOR)
    {
        return None;
    }
    let context = params.get(1).map(|context| span::at(&context.ty));
    Some(Command { ty, signature, cfgs: &method.cfgs, context, sound })
}

fn event<'a>(ctxt: &Ctxt, method: &'a Method, before: &[Event<'_>]) -> Option<Event<'a>> {
    let signature = &method.method.sig;
    let takes_self = check_receiver(ctxt, signature, Receiver::Exclusive, RECONSTITUTOR_SHAPE);
    let plain = check_plain(ctxt, signature, RECONSTITUTOR);
    let params = signature::params(signature);
    let Some(first) = params.first() else {
        if takes_self {
            ctxt.error(&signature.ident, RECONSTITUTOR_SHAPE);
        }
        return None;
    };
    let mut sound = takes_self && plain;
    let ty = match signature::referenced(&first.ty) {
        Some(ty) => ty,
        None => {
            ctxt.error(&first.ty, RECONSTITUTOR_SHAPE);
            sound = false;
            match &*first.ty {
                Type::Reference(reference) => named(&reference.elem)?,
                ty => named(ty)?,
            }
        }
    };
    if let Some(second) = params.get(1) {
        ctxt.error(second, RECONSTITUTOR_SHAPE);
        sound = false;
    }
    if let ReturnType::Type(_, returned) = &signature.output
        && returned.to_token_stream().to_string() != "()"
    {
        ctxt.error(returned, format!("{RECONSTITUTOR} returns nothing: what happened cannot fail"));
        sound = false;
    }
    if refuse_impl(ctxt, ty, RECONSTITUTOR) {
        return None;
    }
    let twice = |other: &&Event<'_>| item::same(other.ty, ty) && method.cfgs.is_empty() && other.cfgs.is_empty();
    if let Some(other) = before.iter().find(twice) {
        ctxt.error(ty, format!("`{}` is already applied by `{}`", item::text(ty), other.signature.ident));
        return None;
    }
    Some(Event { ty, signature, cfgs: &method.cfgs, sound })
}

/// A type for which a stub can stand, although it is taken in the wrong way.
fn named(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Path(path) if path.path.segments.last().is_none_or(|last| last.ident != "CommandContext") => Some(ty),
        _ => None,
    }
}

fn check_receiver(ctxt: &Ctxt, signature: &Signature, expected: Receiver, shape: &str) -> bool {
    let receiver = signature::receiver(signature);
    if receiver == expected {
        return true;
    }
    match signature.receiver() {
        Some(receiver) => ctxt.error(receiver, shape),
        None => ctxt.error(&signature.ident, shape),
    }
    false
}

/// Refuses qualifiers, also `async`: an aggregate decides and changes at once, in memory.
fn check_plain(ctxt: &Ctxt, signature: &Signature, what: &str) -> bool {
    let plain = signature::refuse_qualifiers(ctxt, signature, what);
    if let Some(token) = &signature.asyncness {
        ctxt.error(token, format!("{what} cannot be `async`: it has all it needs in `self` and its parameters"));
    }
    plain && signature.asyncness.is_none()
}

fn refuse_impl(ctxt: &Ctxt, ty: &Type, what: &str) -> bool {
    let refused = matches!(ty, Type::ImplTrait(_));
    if refused {
        ctxt.error(ty, format!("{what} names its types: the model is made of them"));
    }
    refused
}
