//! What a receiver can return.

use super::{
    dispatch::Dispatch,
    names::Names,
    send::{Answered, Carry, Prepared},
};
use crate::{command::Command, event::Event};

/// What a transition does, made once for each run of a receiver.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Step {
    pub(crate) dispatches: Vec<Planned>,
    pub(crate) completes: bool,
    pub(crate) fails: Option<String>,
}

/// A command that is to be sent, and what follows from its answer.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) prepared: Prepared,
    pub(crate) carry: Carry,
}

impl Step {
    /// Adds what another receiver of the same event does.
    pub(crate) fn join(&mut self, other: Self) {
        self.dispatches.extend(other.dispatches);
        self.completes |= other.completes;
        self.fails = self.fails.take().or(other.fails);
    }
}

/// An event of a saga's own, written down.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OwnEvent {
    pub(crate) name: String,
    pub(crate) schema_version: u32,
    pub(crate) payload: String,
}

impl OwnEvent {
    pub(crate) fn to_stored(&self) -> Result<String, String> {
        serde_json::to_string(self).map_err(|error| format!("the event `{}` cannot be encoded: {error}", self.name))
    }

    pub(crate) fn from_stored(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|_| "the event of a refusal cannot be decoded".to_owned())
    }
}

/// An event of a saga's own, if one follows, or why it cannot be written down.
#[doc(hidden)]
pub type Own = Result<Option<OwnEvent>, String>;

/// Writes down an event of a saga's own.
#[doc(hidden)]
pub fn own_event<E: Event>(event: &E) -> Own {
    match event.encode() {
        Ok(payload) => Ok(Some(OwnEvent { name: E::NAME.to_owned(), schema_version: E::SCHEMA_VERSION, payload })),
        Err(error) => Err(format!("the event `{}` cannot be encoded: {error}", E::NAME)),
    }
}

/// What `.accepted(…)` and `.refused(…)` can answer in a saga `S`: an event that it is rebuilt from, or `()`.
///
/// `#[derive(Event)]` implements it for each event and every saga with a `#[reconstitute]` method for it.
///
/// ```
/// use jangle::{prelude::*, saga::SagaOutcome};
/// fn follows_from_an_answer<S, T: SagaOutcome<S>>() {}
#[doc = include_str!("../../doc/checkout.txt")]
/// follows_from_an_answer::<Checkout, Reserved>();
/// follows_from_an_answer::<Checkout, ()>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an outcome of saga `{S}`",
    label = "neither an event nor `()`",
    note = "answer one of the saga's events, or `()` where nothing follows"
)]
pub trait SagaOutcome<S>: 'static {
    /// The event.
    #[doc(hidden)]
    const EVENT: Names;

    /// Writes it down.
    #[doc(hidden)]
    fn own(self) -> Own;
}

impl<S> SagaOutcome<S> for () {
    const EVENT: Names = Names::None;

    fn own(self) -> Own {
        Ok(None)
    }
}

/// The body of an event's [`SagaOutcome`] impl.
#[doc(hidden)]
#[macro_export]
macro_rules! __event_saga_outcome {
    () => {
        const EVENT: $crate::__private::Names = $crate::__private::Names::event::<Self>();
        fn own(self) -> $crate::__private::Own {
            $crate::__private::own_event(&self)
        }
    };
}

/// What an `#[event_receiver]` or `#[on_deadline]` method of saga `S` returns.
///
/// | a method returns | and the saga |
/// |---|---|
/// | [`Dispatch<C, Accepted, Refused>`](Dispatch) | sends the command, and continues with the event of its answer |
/// | [`Complete`] | is over |
/// | [`Fail`] | undoes what it registered with `undo_with`, last first, and is over |
/// | [`Wait`], or `()` | waits for another event, or for its deadline |
/// | `Option<T>` | does what `T` says, or waits |
/// | [`Either<T, U>`](Either) | does what the one or the other says |
/// | `(T, U, …)`, up to seven | does all of it |
///
/// ```
/// use jangle::{prelude::*, saga::Transition};
#[doc = include_str!("../../doc/checkout.txt")]
/// fn can_be_returned<T: Transition<Checkout>>() {}
/// can_be_returned::<Option<Either<Complete, Fail>>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a transition of saga `{S}`",
    label = "not something that a receiver can return",
    note = "return `Dispatch<C, Accepted, Refused>`, `Complete`, `Fail`, `Wait`, `()`, or an `Option`, `Either` or tuple of these"
)]
pub trait Transition<S>: Sized {
    /// What the model shows.
    #[doc(hidden)]
    const SHOWN: Shown;

    /// Adds what it does.
    #[doc(hidden)]
    fn step(self, into: &mut Step);

    /// What the expansion needs, in one constant.
    #[doc(hidden)]
    const OF: TransitionOf<Self> = TransitionOf { shown: Self::SHOWN, step: step::<S, Self> };
}

/// What can be seen of a transition without running it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// The commands that it may send.
    pub commands: Names,
    /// The saga's own events that may follow.
    pub events: Names,
    /// Whether it may complete the saga.
    pub completes: bool,
    /// Whether it may fail the saga.
    pub fails: bool,
}

impl Shown {
    const NOTHING: Self = Self { commands: Names::None, events: Names::None, completes: false, fails: false };

    /// Those of both.
    #[doc(hidden)]
    pub const fn both(first: &'static Self, second: &'static Self) -> Self {
        Self {
            commands: Names::Both(&first.commands, &second.commands),
            events: Names::Both(&first.events, &second.events),
            completes: first.completes || second.completes,
            fails: first.fails || second.fails,
        }
    }
}

/// What the expansion needs of a transition.
#[doc(hidden)]
#[derive(Debug)]
pub struct TransitionOf<T> {
    /// What the model shows.
    pub shown: Shown,
    /// Makes the step.
    pub step: fn(T) -> Step,
}

fn step<S, T: Transition<S>>(transition: T) -> Step {
    let mut step = Step::default();
    transition.step(&mut step);
    step
}

/// The saga is over, and has reached what it was for.
///
/// ```
/// use jangle::prelude::*;
/// let arrived: Option<Complete> = Some(Complete);
/// # let _ = arrived;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Complete;

/// The saga waits for another event, or for its deadline.
///
/// ```
/// use jangle::prelude::*;
/// let nothing_to_do_yet: Either<Complete, Wait> = Either::Right(Wait);
/// # let _ = nothing_to_do_yet;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait;

/// The saga is over, and has not reached what it was for: what it registered with `undo_with` is undone, last first.
///
/// ```
/// use jangle::prelude::*;
/// let gives_up = Fail { why: "nobody answered".to_owned() };
/// # let _ = gives_up;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fail {
    /// Why, for people.
    pub why: String,
}

/// One transition or the other.
///
/// ```
/// use jangle::prelude::*;
/// let next: Either<Complete, Fail> = match "paid" {
///     "paid" => Either::Left(Complete),
///     other => Either::Right(Fail { why: other.to_owned() }),
/// };
/// # let _ = next;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Either<L, R> {
    /// The first.
    Left(L),
    /// The second.
    Right(R),
}

impl<S, C: Command, Y: SagaOutcome<S>, N: SagaOutcome<S>> Transition<S> for Dispatch<C, Y, N> {
    const SHOWN: Shown = Shown {
        commands: Names::command::<C>(),
        events: Names::Both(&Y::EVENT, &N::EVENT),
        completes: false,
        fails: false,
    };

    fn step(self, into: &mut Step) {
        let Dispatch { prepared, run, .. } = self;
        let carry = Carry::new(move |call| {
            let running = run(call, N::own);
            Box::pin(async move {
                Ok(match running.await? {
                    Answered::Accepted(outcome) => Answered::Accepted(outcome.own()),
                    Answered::Refused { text, own } => Answered::Refused { text, own },
                })
            })
        });
        into.dispatches.push(Planned { prepared, carry });
    }
}

impl<S> Transition<S> for Complete {
    const SHOWN: Shown = Shown { completes: true, ..Shown::NOTHING };

    fn step(self, into: &mut Step) {
        into.completes = true;
    }
}

impl<S> Transition<S> for Fail {
    const SHOWN: Shown = Shown { fails: true, ..Shown::NOTHING };

    fn step(self, into: &mut Step) {
        into.fails = Some(self.why);
    }
}

impl<S> Transition<S> for Wait {
    const SHOWN: Shown = Shown::NOTHING;

    fn step(self, _into: &mut Step) {}
}

impl<S> Transition<S> for () {
    const SHOWN: Shown = Shown::NOTHING;

    fn step(self, _into: &mut Step) {}
}

impl<S, T: Transition<S>> Transition<S> for Option<T> {
    const SHOWN: Shown = T::SHOWN;

    fn step(self, into: &mut Step) {
        if let Some(transition) = self {
            transition.step(into);
        }
    }
}

impl<S, L: Transition<S>, R: Transition<S>> Transition<S> for Either<L, R> {
    const SHOWN: Shown = Shown::both(&L::SHOWN, &R::SHOWN);

    fn step(self, into: &mut Step) {
        match self {
            Self::Left(transition) => transition.step(into),
            Self::Right(transition) => transition.step(into),
        }
    }
}

macro_rules! tuples {
    ($($first:ident $($rest:ident)*;)*) => { $(
        #[allow(non_snake_case, reason = "the elements are bound to the names of their types")]
        impl<S, $first: Transition<S>, $($rest: Transition<S>,)*> Transition<S> for ($first, $($rest,)*) {
            const SHOWN: Shown = tuples!(@shown $first $($rest)*);

            fn step(self, into: &mut Step) {
                let ($first, $($rest,)*) = self;
                $first.step(into);
                $($rest.step(into);)*
            }
        }
    )* };
    (@shown $only:ident) => { $only::SHOWN };
    (@shown $first:ident $($rest:ident)+) => {
        Shown::both(&$first::SHOWN, &tuples!(@shown $($rest)+))
    };
}

tuples! {
    T1;
    T1 T2;
    T1 T2 T3;
    T1 T2 T3 T4;
    T1 T2 T3 T4 T5;
    T1 T2 T3 T4 T5 T6;
    T1 T2 T3 T4 T5 T6 T7;
}
