//! What a saga must be.

use super::parse::{KeyValues, Method, Parsed, ReceiverKeys, Role};
use crate::shared::{
    CratePath, Ctxt, Identity, Retry, item,
    method::{check_plain, check_receiver, named, refuse_impl},
    reconstitutor::Reconstitutor,
    signature::{self, Receiver as SelfReceiver},
    symbol::SAGA,
};
use proc_macro2::TokenStream;
use std::time::Duration;
use syn::{Attribute, ReturnType, Signature, Type};

const RECEIVER: &str = "an `#[event_receiver]` method";
const RECEIVER_SHAPE: &str = "an `#[event_receiver]` method takes `&self` and the event by reference: `&E`";
const ON_DEADLINE: &str = "an `#[on_deadline]` method";
const ON_DEADLINE_SHAPE: &str = "an `#[on_deadline]` method takes `&self`, and nothing else";

pub(super) struct Model<'a> {
    pub(super) krate: &'a CratePath,
    pub(super) ty: &'a Type,
    /// None where no impl can be written: the block is emitted alone.
    pub(super) identity: Option<Identity>,
    pub(super) deadline: Option<Duration>,
    pub(super) retry: Option<&'a Retry>,
    pub(super) events: Vec<Reconstitutor<'a>>,
    pub(super) receivers: Vec<Receiver<'a>>,
    pub(super) expired: Vec<Expired<'a>>,
    /// Whether every receiver is among `receivers`; otherwise nothing can be said of what the saga yields.
    pub(super) is_whole: bool,
}

pub(super) struct Receiver<'a> {
    pub(super) ty: &'a Type,
    pub(super) signature: &'a Signature,
    pub(super) cfgs: &'a [Attribute],
    pub(super) key: Key<'a>,
    pub(super) keys: &'a ReceiverKeys,
    /// Whether the method can be called; otherwise a stub stands for it.
    pub(super) sound: bool,
}

/// Which saga an event belongs to.
pub(super) enum Key<'a> {
    Field(&'a TokenStream),
    Aggregate,
    Own,
}

pub(super) struct Expired<'a> {
    pub(super) signature: &'a Signature,
    pub(super) cfgs: &'a [Attribute],
    pub(super) sound: bool,
}

pub(super) fn check<'a>(ctxt: &Ctxt, parsed: &'a Parsed) -> Model<'a> {
    let keys = &parsed.keys;
    let mut model = Model {
        krate: &keys.krate,
        ty: &parsed.item.self_ty,
        identity: Identity::check(ctxt, &parsed.item, keys.name.as_ref(), SAGA),
        deadline: keys.deadline,
        retry: keys.retry.as_ref(),
        events: Vec::new(),
        receivers: Vec::new(),
        expired: Vec::new(),
        is_whole: true,
    };
    for method in &parsed.methods {
        match &method.role {
            Role::Reconstitutor => {
                model.events.extend(Reconstitutor::check(ctxt, &method.method.sig, &method.cfgs, &model.events));
            }
            Role::Receiver(keys) => match receiver(ctxt, method, keys, &model.receivers) {
                Some(receiver) => model.receivers.push(receiver),
                None => model.is_whole = false,
            },
            Role::OnDeadline(_) => model.expired.extend(expired(ctxt, method, keys, &model)),
        }
    }
    let has_start = model.receivers.iter().any(|receiver| !matches!(receiver.key, Key::Own));
    if model.is_whole && model.identity.is_some() && !has_start {
        let message = "nothing starts this saga: write `by = field` or `by_aggregate` in the `#[event_receiver(…)]` of the event that does";
        ctxt.error(&parsed.item.self_ty, message);
    }
    model
}

fn receiver<'a>(
    ctxt: &Ctxt,
    method: &'a Method,
    keys: &'a ReceiverKeys,
    before: &[Receiver<'_>],
) -> Option<Receiver<'a>> {
    let signature = &method.method.sig;
    let takes_self = check_receiver(ctxt, signature, SelfReceiver::Shared, RECEIVER_SHAPE);
    let mut sound = check_plain(ctxt, signature, RECEIVER) && takes_self;
    let params = signature::params(signature);
    let Some(first) = params.first() else {
        if takes_self {
            ctxt.error(&signature.ident, RECEIVER_SHAPE);
        }
        return None;
    };
    let ty = match signature::referenced(&first.ty) {
        Some(ty) => ty,
        None => {
            ctxt.error(&first.ty, RECEIVER_SHAPE);
            sound = false;
            match &*first.ty {
                Type::Reference(reference) => named(&reference.elem)?,
                ty => named(ty)?,
            }
        }
    };
    if let Some(second) = params.get(1) {
        ctxt.error(second, RECEIVER_SHAPE);
        sound = false;
    }
    if refuse_impl(ctxt, ty, RECEIVER) || refuses_returned(ctxt, signature, RECEIVER) {
        return None;
    }
    let is_same = |other: &&Receiver<'_>| item::same(other.ty, ty) && other.keys.text == keys.text;
    let twice = |other: &&Receiver<'_>| is_same(other) && method.cfgs.is_empty() && other.cfgs.is_empty();
    if let Some(other) = before.iter().find(twice) {
        ctxt.error(ty, format!("`{}` is already received by `{}`", item::text(ty), other.signature.ident));
        return None;
    }
    let key = key(ctxt, keys);
    Some(Receiver { ty, signature, cfgs: &method.cfgs, key, keys, sound })
}

fn key<'a>(ctxt: &Ctxt, keys: &'a ReceiverKeys) -> Key<'a> {
    match (&keys.by, &keys.by_aggregate) {
        (Some(_), Some(by_aggregate)) => {
            ctxt.error(by_aggregate, "a receiver finds its saga `by` a field or `by_aggregate`, not by both");
            Key::Aggregate
        }
        (Some(field), None) => Key::Field(field),
        (None, Some(_)) => Key::Aggregate,
        (None, None) => {
            if !keys.is_sound {
                return Key::Aggregate;
            }
            if let Some(starts) = &keys.starts {
                ctxt.error(
                    starts,
                    "what `starts` a saga comes from elsewhere: write `by = field` or `by_aggregate` beside it",
                );
                return Key::Aggregate;
            }
            Key::Own
        }
    }
}

fn refuses_returned(ctxt: &Ctxt, signature: &Signature, what: &str) -> bool {
    match &signature.output {
        ReturnType::Type(_, returned) => refuse_impl(ctxt, returned, what),
        ReturnType::Default => false,
    }
}

fn expired<'a>(ctxt: &Ctxt, method: &'a Method, keys: &KeyValues, model: &Model<'_>) -> Option<Expired<'a>> {
    let signature = &method.method.sig;
    let takes_self = check_receiver(ctxt, signature, SelfReceiver::Shared, ON_DEADLINE_SHAPE);
    let mut sound = check_plain(ctxt, signature, ON_DEADLINE) && takes_self;
    if let Some(param) = signature::params(signature).first() {
        ctxt.error(param, ON_DEADLINE_SHAPE);
        sound = false;
    }
    if refuses_returned(ctxt, signature, ON_DEADLINE) {
        return None;
    }
    if let Role::OnDeadline(place) = &method.role
        && keys.deadline.is_none()
        && keys.is_sound
    {
        ctxt.error(place, "the saga has no deadline: write `#[saga(deadline = \"72h\")]`");
    }
    let is_first = |other: &&Expired<'_>| method.cfgs.is_empty() && other.cfgs.is_empty();
    if let Some(other) = model.expired.iter().find(is_first) {
        ctxt.error(&signature.ident, format!("the deadline is already that of `{}`", other.signature.ident));
        return None;
    }
    Some(Expired { signature, cfgs: &method.cfgs, sound })
}
