//! What a validator can return, and how it becomes events.
//!
//! There are two traits: one without parameters, for the types of the reply and the refusal, and one whose parameter
//! names the aggregate that must be rebuilt from the events. No impl is a blanket over events: `derive(Event)` writes
//! them for its own type, which is what lets rustc point at the one event in a return type that is wrong.

use super::{
    emitted::{Emitted, Target},
    on::{On, OrRefuse},
};
use crate::{
    Event, aggregate::Aggregate, aggregate::Reconstitute, error::SendError, model::EventType, store::StreamId,
};
use std::{any::Any, convert::Infallible, fmt::Display, sync::Arc};

/// What a command that is never refused is refused with: nothing.
///
/// ```
/// use jangle::{SendError, command::Never};
/// fn succeed(error: SendError<Never>) -> String {
///     match error {
///         SendError::Refused(never) => match never {},
///         other => other.to_string(),
///     }
/// }
/// # assert_eq!(succeed(SendError::ShuttingDown), "the application is shutting down");
/// ```
pub type Never = Infallible;

/// A reply that can be stored, so that a repeated command gets the first one.
///
/// Implemented for every type that derives `Serialize` and `Deserialize`.
///
/// ```
/// use jangle::command::ReplyValue;
/// #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
/// struct Seat(u32);
/// assert_eq!(Seat(12).encode_reply()?, "12");
/// assert_eq!(Seat::decode_reply("12")?, Seat(12));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "the reply `{Self}` cannot be stored",
    label = "not serialisable",
    note = "a repeated command gets the first reply again, so it derives `serde::Serialize` and `serde::Deserialize`"
)]
pub trait ReplyValue: Sized + Send + 'static {
    /// The reply as JSON text.
    ///
    /// # Errors
    /// What serde says.
    fn encode_reply(&self) -> Result<String, serde_json::Error>;

    /// The reply that `text` stands for.
    ///
    /// # Errors
    /// What serde says.
    fn decode_reply(text: &str) -> Result<Self, serde_json::Error>;
}

impl<T: serde::Serialize + serde::de::DeserializeOwned + Send + 'static> ReplyValue for T {
    fn encode_reply(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    fn decode_reply(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// A refusal that can be told in words, because a repeated command hears the first one's text.
///
/// Implemented for every type that has `Display`.
///
/// ```
/// use jangle::command::RefusalValue;
/// #[derive(Debug, thiserror::Error)]
/// #[error("only {left} cents are left")]
/// struct NotEnough {
///     left: i64,
/// }
/// assert_eq!(NotEnough { left: 100 }.in_words(), "only 100 cents are left");
/// ```
#[diagnostic::on_unimplemented(
    message = "the refusal `{Self}` cannot be told in words",
    label = "has no `Display`",
    note = "write `#[derive(Debug, thiserror::Error)]` on it, with `#[error(\"…\")]` on each variant"
)]
pub trait RefusalValue: Send + 'static {
    /// The refusal in words.
    fn in_words(&self) -> String;

    /// An error in words, which may be a refusal.
    #[doc(hidden)]
    fn error_in_words(error: &SendError<Self>) -> String
    where
        Self: Sized;
}

// Without this, rustc would report `Display` alone, and not what it is for.
#[diagnostic::do_not_recommend]
impl<T: Display + Send + 'static> RefusalValue for T {
    fn in_words(&self) -> String {
        self.to_string()
    }

    fn error_in_words(error: &SendError<Self>) -> String {
        error.to_string()
    }
}

/// What a `#[validate_command]` method returns, apart from the aggregate.
///
/// | a method returns | and stores |
/// |---|---|
/// | an event | this event |
/// | `()` | nothing |
/// | `Option<T>`, `Vec<T>` | as many as there are |
/// | `(T, U, …)`, up to seven | all of them, in order |
/// | [`On<A, E>`](crate::On) | the event `E` for another aggregate, of type `A` |
/// | [`On<A, E, OrRefuse<R>>`](crate::On::or_refuse), in a `Result<_, R>` | the same where that aggregate is new, or nothing |
/// | [`Reply<T>`](crate::Reply), last in a tuple or alone | nothing; the caller gets a `T` |
/// | `Result<T, R>`, around all of these | what `T` stores, or nothing where the command is refused with an `R` |
///
/// ```
/// use jangle::{command::Outcome, prelude::*};
/// # use serde::{Deserialize, Serialize};
/// #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// struct Opened;
/// #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// struct Deposited;
///
/// let mut events = Vec::new();
/// <Result<(Opened, Option<Deposited>, Reply<u32>), String>>::events(&mut events);
/// assert_eq!(events.iter().map(|event| event.meta.kind).collect::<Vec<_>>(), ["Opened", "Deposited"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something a `#[validate_command]` method can return",
    label = "not an event, nor made of events",
    note = "return an event, `On<A, E>`, `()`, an `Option`, `Vec` or tuple of these (a `Reply<T>` may come last), or a `Result` of one of these"
)]
pub trait Outcome: Sized {
    /// What the caller hears when the command is accepted.
    type Reply: Send + 'static;
    /// What the caller hears when it is refused.
    type Refusal: Send + 'static;
    /// What [`On::or_refuse`](crate::On::or_refuse) within it was given, until a `Result` around it takes it over.
    #[doc(hidden)]
    type Or;

    /// Adds the types of the events that can be stored.
    fn events(_into: &mut Vec<EventType>) {}
}

/// What a `#[validate_command]` method of aggregate `A` returns.
///
/// It is implemented for an event only where the aggregate has a `#[reconstitute]` method for it.
///
/// ```
/// use jangle::{command::OutcomeOf, prelude::*};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Opened;
/// # #[derive(Debug, Default)]
/// # struct Door;
/// #[aggregate]
/// impl Door {
///     #[reconstitute]
///     fn opened(&mut self, _: &Opened) {}
/// }
///
/// fn can_be_returned<A, T: OutcomeOf<A>>() {}
/// can_be_returned::<Door, Vec<Opened>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something a `#[validate_command]` method can return",
    label = "not an event, nor made of events",
    note = "return an event, `On<A, E>`, `()`, an `Option`, `Vec` or tuple of these (a `Reply<T>` may come last), or a `Result` of one of these"
)]
pub trait OutcomeOf<A>: Outcome {
    /// Writes the events down, in order.
    ///
    /// # Errors
    /// The refusal.
    #[doc(hidden)]
    fn record(self, into: &mut Emitted) -> Result<Self::Reply, Self::Refusal>;
}

/// Whether what [`On::or_refuse`](crate::On::or_refuse) was given is what the method is refused with.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`.or_refuse(…)` takes what the method is refused with, which is `{R}`",
    label = "holds an `{Self}`",
    note = "write `Result<…, R>` around the return type, and give an `R` to `.or_refuse(…)`"
)]
pub trait RefusesWith<R> {}

impl<R> RefusesWith<R> for () {}
impl<R> RefusesWith<R> for OrRefuse<R> {}

/// The third parameter of [`On`](crate::On).
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the third parameter of `On`",
    label = "not an `OrRefuse<R>`",
    note = "write `On<A, E>`, or `On<A, E, OrRefuse<R>>` with `.or_refuse(…)`"
)]
pub trait OrElse: 'static {
    /// The refusal, if there is one.
    fn refusal(self) -> Option<Box<dyn Any + Send>>;
}

impl OrElse for () {
    fn refusal(self) -> Option<Box<dyn Any + Send>> {
        None
    }
}

impl<R: Send + 'static> OrElse for OrRefuse<R> {
    fn refusal(self) -> Option<Box<dyn Any + Send>> {
        Some(Box::new(self.0))
    }
}

/// Adds `E` to a list of event types.
#[doc(hidden)]
pub fn push_type<E: Event>(into: &mut Vec<EventType>) {
    into.push(EventType::of::<E>());
}

impl Outcome for () {
    type Reply = ();
    type Refusal = Never;
    type Or = ();
}

impl<A> OutcomeOf<A> for () {
    fn record(self, _into: &mut Emitted) -> Result<(), Never> {
        Ok(())
    }
}

impl<T: Outcome<Reply = (), Refusal = Never>> Outcome for Option<T> {
    type Reply = ();
    type Refusal = Never;
    type Or = T::Or;

    fn events(into: &mut Vec<EventType>) {
        T::events(into);
    }
}

impl<A, T: OutcomeOf<A> + Outcome<Reply = (), Refusal = Never>> OutcomeOf<A> for Option<T> {
    fn record(self, into: &mut Emitted) -> Result<(), Never> {
        self.into_iter().try_for_each(|event| event.record(into))
    }
}

impl<T: Outcome<Reply = (), Refusal = Never>> Outcome for Vec<T> {
    type Reply = ();
    type Refusal = Never;
    type Or = T::Or;

    fn events(into: &mut Vec<EventType>) {
        T::events(into);
    }
}

impl<A, T: OutcomeOf<A> + Outcome<Reply = (), Refusal = Never>> OutcomeOf<A> for Vec<T> {
    fn record(self, into: &mut Emitted) -> Result<(), Never> {
        self.into_iter().try_for_each(|event| event.record(into))
    }
}

impl<T: Outcome<Refusal = Never>, R: Send + 'static> Outcome for Result<T, R> {
    type Reply = T::Reply;
    type Refusal = R;
    type Or = ();

    fn events(into: &mut Vec<EventType>) {
        T::events(into);
    }
}

impl<A, T: OutcomeOf<A> + Outcome<Refusal = Never, Or: RefusesWith<R>>, R: Send + 'static> OutcomeOf<A>
    for Result<T, R>
{
    fn record(self, into: &mut Emitted) -> Result<T::Reply, R> {
        match self?.record(into) {
            Ok(reply) => Ok(reply),
            Err(never) => match never {},
        }
    }
}

impl<B, E: Event, Or: OrElse> Outcome for On<B, E, Or> {
    type Reply = ();
    type Refusal = Never;
    type Or = Or;

    fn events(into: &mut Vec<EventType>) {
        push_type::<E>(into);
    }
}

impl<A, B: Aggregate + Reconstitute<E>, E: Event, Or: OrElse> OutcomeOf<A> for On<B, E, Or> {
    fn record(self, into: &mut Emitted) -> Result<(), Never> {
        let stream = StreamId::new(B::META.name, Arc::<str>::from(self.id));
        let (must_be_new, or_refuse) = (self.must_be_new, self.or.refusal());
        into.push(Target::Other { stream, must_be_new, or_refuse }, &self.event);
        Ok(())
    }
}

/// The last element of a validator's tuple: what the caller gets when the command is accepted.
///
/// It is stored with the receipt, so a repeat of the command gets the same reply, also after a restart.
///
/// ```
/// # use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// # struct Draw { #[aggregate_id] queue: String }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Drawn;
/// # #[derive(Debug, Default)]
/// # struct Queue { last: u32 }
/// #[aggregate]
/// impl Queue {
///     #[validate_command]
///     fn draw(&self, _: Draw) -> (Drawn, Reply<u32>) {
///         (Drawn, Reply(self.last + 1))
///     }
/// #     #[reconstitute]
/// #     fn drawn(&mut self, _: &Drawn) { self.last += 1; }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let app = Jangle::builder().only(module_path!()).store(MemoryStore::new()).start().await?;
/// assert_eq!(app.send(Draw { queue: "post office".into() }).await?.reply, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Reply<T>(pub T);

impl<T: Send + 'static> Outcome for Reply<T> {
    type Reply = T;
    type Refusal = Never;
    type Or = ();
}

impl<A, T: Send + 'static> OutcomeOf<A> for Reply<T> {
    fn record(self, _into: &mut Emitted) -> Result<T, Never> {
        Ok(self.0)
    }
}

// One impl for each length, with or without a reply: where two could apply, rustc would report the whole tuple instead
// of the one element that is wrong.
macro_rules! tuples {
    ($($($element:ident)* : $last:ident;)*) => { $(
        impl<R, $($element: RefusesWith<R>,)* $last: RefusesWith<R>> RefusesWith<R> for ($($element,)* $last,) {}

        impl<$($element: Outcome<Reply = (), Refusal = Never>,)* $last: Outcome<Refusal = Never>> Outcome
            for ($($element,)* $last,)
        {
            type Reply = $last::Reply;
            type Refusal = Never;
            type Or = ($($element::Or,)* $last::Or,);

            fn events(into: &mut Vec<EventType>) {
                $($element::events(into);)*
                $last::events(into);
            }
        }

        #[allow(non_snake_case, reason = "the elements are bound to the names of their types")]
        impl<
            Of,
            $($element: OutcomeOf<Of> + Outcome<Reply = (), Refusal = Never>,)*
            $last: OutcomeOf<Of> + Outcome<Refusal = Never>,
        > OutcomeOf<Of> for ($($element,)* $last,)
        {
            fn record(self, into: &mut Emitted) -> Result<$last::Reply, Never> {
                let ($($element,)* $last,) = self;
                $($element.record(into)?;)*
                $last.record(into)
            }
        }
    )* };
}

tuples! {
    : Last;
    T1: Last;
    T1 T2: Last;
    T1 T2 T3: Last;
    T1 T2 T3 T4: Last;
    T1 T2 T3 T4 T5: Last;
    T1 T2 T3 T4 T5 T6: Last;
}

/// The body of an event's [`Outcome`] impl.
#[doc(hidden)]
#[macro_export]
macro_rules! __event_outcome {
    () => {
        type Reply = ();
        type Refusal = $crate::__private::Never;
        type Or = ();
        fn events(into: &mut ::std::vec::Vec<$crate::__private::EventType>) {
            $crate::__private::push_type::<Self>(into)
        }
    };
}

/// The body of an event's [`OutcomeOf`] impl.
#[doc(hidden)]
#[macro_export]
macro_rules! __event_record {
    () => {
        fn record(self, into: &mut $crate::__private::Emitted) -> ::core::result::Result<(), $crate::__private::Never> {
            into.own(&self);
            ::core::result::Result::Ok(())
        }
    };
}
