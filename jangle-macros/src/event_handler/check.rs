//! What an event handler must be.

use super::parse::Parsed;
use crate::shared::{
    CratePath, Ctxt, Retry,
    signature::{self, argument},
};
use syn::{LitStr, ReturnType, Signature, Type, ext::IdentExt};

pub(super) const SHAPE: &str = "an `#[event_handler]` is an `async fn` whose first parameter is `Recorded<E>`";
const WHAT: &str = "an `#[event_handler]`";

pub(super) struct Model<'a> {
    pub(super) krate: &'a CratePath,
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) retry: &'a Retry,
    pub(super) holds: bool,
    pub(super) version: Option<u32>,
    pub(super) formerly: Option<&'a LitStr>,
    pub(super) signature: &'a Signature,
    pub(super) event: &'a Type,
    pub(super) params: Vec<&'a Type>,
}

/// None where something is wrong: nothing else refers to a handler, so nothing needs to stand for it.
pub(super) fn check<'a>(ctxt: &Ctxt, parsed: &'a Parsed) -> Option<Model<'a>> {
    let signature = &parsed.item.sig;
    let mut sound = signature::refuse_qualifiers(ctxt, signature, WHAT);
    if let Some(receiver) = signature.receiver() {
        ctxt.error(receiver, format!("{SHAPE}; it is no method"));
        return None;
    }
    if let ReturnType::Default = signature.output {
        ctxt.error(&signature.ident, format!("{WHAT} returns `Result<(), HandlerError>`"));
        sound = false;
    }
    let params: Vec<_> = signature::params(signature).into_iter().map(|param| &*param.ty).collect();
    let event = first_parameter(ctxt, signature, params.first().copied())?;
    let kind = signature.ident.unraw().to_string();
    let id = parsed.id.as_ref().map_or_else(|| kind.clone(), LitStr::value);
    let formerly = parsed.formerly.as_ref();
    if let Some(formerly) = formerly.filter(|formerly| formerly.value() == id) {
        ctxt.error(formerly, format!("`{id}` is the handler's id; `formerly` is the one that it had before"));
        sound = false;
    }
    sound.then(|| Model {
        krate: &parsed.krate,
        id,
        kind,
        retry: &parsed.retry,
        holds: parsed.holds,
        version: parsed.version,
        formerly,
        signature,
        event,
        params: params[1..].to_vec(),
    })
}

/// The `E` of the first parameter, which is `Recorded<E>`; otherwise one mistake, whatever is wrong.
fn first_parameter<'a>(ctxt: &Ctxt, signature: &Signature, first: Option<&'a Type>) -> Option<&'a Type> {
    let event = first.and_then(|ty| argument(ty, "Recorded"));
    match (signature.asyncness, event, first) {
        (Some(_), Some(event), _) => return Some(event),
        (None, _, _) => ctxt.error(signature.fn_token, SHAPE),
        (_, None, Some(first)) => ctxt.error(first, SHAPE),
        (_, None, None) => ctxt.error(&signature.ident, SHAPE),
    }
    None
}
