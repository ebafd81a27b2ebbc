//! Sagas: processes over several aggregates, written as typed transitions.
//!
//! A saga follows events, of aggregates and of its own. To each it answers with a transition: the commands that are sent,
//! and which of the saga's own events follows from which answer. It is carried through refusals, crashes, restarts and
//! time: a transition is stored before its first command is sent, its commands take effect once, and what follows from
//! their answers is stored with it.
//!
//! See [`macro@saga`](macro@crate::saga) for how one is written.

mod admin;
mod advance;
mod dispatch;
mod instance;
mod lane;
mod logic;
mod names;
mod progress;
mod receiver;
mod send;
mod state;
mod transition;

pub use admin::Sagas;

pub use dispatch::{Dispatch, DispatchWithoutAccepted, DispatchWithoutRefused, dispatch};
#[doc(hidden)]
pub use names::Names;
#[doc(hidden)]
pub use receiver::{Expired, Key, Receiver, ReceiverInfo, Receives, SagaApply};
pub use state::SagaState;
pub use transition::{Complete, Either, Fail, SagaOutcome, Transition, Wait};
#[doc(hidden)]
pub use transition::{Own, OwnEvent, Shown, Step, TransitionOf, own_event};

pub(crate) use lane::follow;
pub(crate) use logic::{LogicOf, SagaLogic};
pub(crate) use send::{SendStored, send_stored};

use crate::{event::Retry, model::Meta};
use std::time::Duration;

/// A process over several aggregates. Written by `#[saga]` on an `impl` block.
///
/// ```
/// use jangle::{prelude::*, saga::Saga};
#[doc = include_str!("../../doc/checkout.txt")]
/// assert_eq!((Checkout::META.name, Checkout::META.kind), ("checkout", "Checkout"));
/// assert_eq!(Checkout::DEADLINE, None);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a saga",
    label = "not a saga",
    note = "write `#[saga]` on an impl block of `{Self}`"
)]
pub trait Saga: Default + Send + 'static {
    /// Its name in the store, and where it stands.
    const META: Meta;
    /// How long after the event that started it its deadline is.
    const DEADLINE: Option<Duration> = None;
    /// How often, and after how long, it goes on where something other than a refusal stopped it.
    const RETRY: Retry = Retry::PERSISTENT;
    /// How it is rebuilt.
    #[doc(hidden)]
    const EVENTS: &'static [SagaApply<Self>];
    /// Its receivers, in the order of their declaration.
    #[doc(hidden)]
    const RECEIVERS: &'static [&'static dyn Receives<Self>];
    /// The names of its own events that its transitions yield.
    #[doc(hidden)]
    const YIELDS: Names;
    /// What happens when the deadline passes.
    #[doc(hidden)]
    const EXPIRED: Option<Expired<Self>> = None;
}

/// A saga that can be rebuilt from events `E`. Written by `#[saga]` for each of its `#[reconstitute]` methods.
///
/// ```
/// use jangle::{prelude::*, saga::Rebuild};
#[doc = include_str!("../../doc/checkout.txt")]
/// fn can_be_rebuilt_from<S: Rebuild<E>, E>() {}
/// can_be_rebuilt_from::<Checkout, Reserved>();
/// ```
#[diagnostic::on_unimplemented(
    message = "saga `{Self}` cannot be rebuilt from event `{E}`",
    label = "`{Self}` has no `#[reconstitute]` method for `{E}`",
    note = "add `#[reconstitute] fn name(&mut self, event: &{E})` to the `#[saga] impl {Self}` block"
)]
pub trait Rebuild<E>: Sized {
    /// Applies what happened.
    #[doc(hidden)]
    const APPLY: fn(&mut Self, &E);
}
