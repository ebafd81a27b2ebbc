//! What an aggregate must be.

use super::parse::{Method, Parsed, Role};
use crate::shared::{
    CratePath, Ctxt, Identity, fingerprint, item,
    method::{check_plain, check_receiver, named, refuse_impl},
    reconstitutor::Reconstitutor,
    signature::{self, Receiver},
    span,
    symbol::AGGREGATE,
};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Attribute, ReturnType, Signature, Type};

const VALIDATOR: &str = "a `#[validate_command]` method";
const VALIDATOR_SHAPE: &str =
    "a `#[validate_command]` method takes `&self`, the command and, if it wants, `&CommandContext`";

pub(super) struct Model<'a> {
    pub(super) krate: &'a CratePath,
    pub(super) ty: &'a Type,
    /// None where no impl can be written: the block is emitted alone.
    pub(super) identity: Option<Identity>,
    pub(super) commands: Vec<Command<'a>>,
    pub(super) events: Vec<Reconstitutor<'a>>,
    pub(super) snapshot: Option<Snapshot>,
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

pub(super) fn check<'a>(ctxt: &Ctxt, parsed: &'a Parsed) -> Model<'a> {
    let mut model = Model {
        krate: &parsed.keys.krate,
        ty: &parsed.item.self_ty,
        identity: Identity::check(ctxt, &parsed.item, parsed.keys.name.as_ref(), AGGREGATE),
        commands: Vec::new(),
        events: Vec::new(),
        snapshot: snapshot(parsed),
    };
    for method in &parsed.methods {
        match method.role {
            Role::Validator => model.commands.extend(command(ctxt, method, &model.commands)),
            Role::Reconstitutor => {
                model.events.extend(Reconstitutor::check(ctxt, &method.method.sig, &method.cfgs, &model.events))
            }
        }
    }
    model
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
