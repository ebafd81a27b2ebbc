//! Sending a command from a saga: which of its events follows from which answer.

use super::send::{Answered, Call, Prepared, Retried, Sender, Unanswered, sender};
use crate::{
    aggregate::{Aggregate, HandledBy, RefusalOf, ReplyOf},
    event::Retry,
    saga::transition::Own,
    store::BoxFuture,
};
use std::{fmt, marker::PhantomData};

/// Answers to a command, of which the accepted one is a `Y`, and the refused one is still an `R`.
type Asked<Y, R> = Box<dyn FnOnce(Call, Refusing<R>) -> BoxFuture<'static, Result<Answered<Y>, Unanswered>> + Send>;

/// What becomes of a refusal.
type Refusing<R> = Box<dyn FnOnce(R) -> Own + Send>;

/// Likewise, where the refused one is an `N`.
type Decided<Y, N> = Box<dyn FnOnce(Call, fn(N) -> Own) -> BoxFuture<'static, Result<Answered<Y>, Unanswered>> + Send>;

/// Sends a command from a saga. Say which of the saga's events follows: `.accepted(…)`, then `.refused(…)`.
///
/// The command gets an id that derives from the saga and what it reacted to, so it takes effect once, however often the
/// saga is interrupted.
///
/// ```
/// use jangle::prelude::*;
#[doc = include_str!("../../doc/checkout.txt")]
/// fn reserve(item: &str, order: &str) -> Dispatch<ReserveItem, Reserved, Declined> {
///     dispatch(ReserveItem { item: item.to_owned(), order: order.to_owned() })
///         .accepted(|_| Reserved)
///         .refused(|why| Declined { why: why.to_string() })
/// }
/// ```
#[must_use = "a command is sent when the receiver returns it"]
pub fn dispatch<C, A>(command: C) -> DispatchWithoutAccepted<C, ReplyOf<C, A>, RefusalOf<C, A>>
where
    C: HandledBy<A>,
    A: Aggregate,
{
    DispatchWithoutAccepted {
        prepared: Prepared::new(&command, A::META.name),
        send: sender::<C, A>(),
        command: PhantomData,
    }
}

/// A command of which nothing is said yet. Call `.accepted(…)`.
///
/// ```
/// use jangle::prelude::*;
/// use jangle::event::Retry;
#[doc = include_str!("../../doc/checkout.txt")]
/// let reserve = ReserveItem { item: "lamp".into(), order: "7".into() };
/// let release = ReleaseItem { item: "lamp".into(), order: "7".into() };
/// let sent: Dispatch<ReserveItem, Reserved, Declined> = dispatch(reserve)
///     .undo_with(release)
///     .retry_refused(Retry { attempts: 3, ..Retry::DEFAULT })
///     .accepted(|_| Reserved)
///     .refused(|why| Declined { why: why.to_string() });
/// # let _ = sent;
/// ```
#[must_use = "a command is sent when the receiver returns it"]
pub struct DispatchWithoutAccepted<C, T, R> {
    prepared: Prepared,
    send: Sender<T, R>,
    command: PhantomData<fn() -> C>,
}

impl<C, T: Send + 'static, R: Send + 'static> DispatchWithoutAccepted<C, T, R> {
    /// The command that undoes this one: it is sent when the saga later fails, if this one was accepted.
    pub fn undo_with<U, B>(mut self, command: U) -> Self
    where
        U: HandledBy<B>,
        B: Aggregate,
    {
        self.prepared.undo = Some(Box::new(Prepared::new(&command, B::META.name)));
        self
    }

    /// Sends the command again where it is refused, as a new command, until `policy` has no attempts left; only the
    /// last refusal is the outcome.
    pub fn retry_refused(mut self, policy: Retry) -> Self {
        self.prepared.retry_refused = Some(Retried::from(policy));
        self
    }

    /// What follows where the command is accepted; it gets the reply.
    pub fn accepted<Y: 'static>(
        self,
        outcome: impl FnOnce(T) -> Y + Send + 'static,
    ) -> DispatchWithoutRefused<C, R, Y> {
        let Self { prepared, send, .. } = self;
        let asked: Asked<Y, R> = Box::new(move |call, refusing| {
            let sent = send(call, refusing);
            Box::pin(async move {
                Ok(match sent.await? {
                    Answered::Accepted(reply) => Answered::Accepted(outcome(reply)),
                    Answered::Refused { text, own } => Answered::Refused { text, own },
                })
            })
        });
        DispatchWithoutRefused { prepared, asked, command: PhantomData }
    }
}

/// A command of which it is not said what follows where it is refused. Call `.refused(…)`.
///
/// ```
/// use jangle::prelude::*;
#[doc = include_str!("../../doc/checkout.txt")]
/// let release = ReleaseItem { item: "lamp".into(), order: "7".into() };
/// let undecided = dispatch(release).accepted(|_| Undone);
/// let sent: Dispatch<ReleaseItem, Undone, ()> = undecided.refused(|_| ());
/// # let _ = sent;
/// ```
#[must_use = "a command is sent when the receiver returns it"]
pub struct DispatchWithoutRefused<C, R, Y> {
    prepared: Prepared,
    asked: Asked<Y, R>,
    command: PhantomData<fn() -> C>,
}

impl<C, R: Send + 'static, Y: 'static> DispatchWithoutRefused<C, R, Y> {
    /// What follows where the command is refused; it gets the refusal. It runs before the refusal is stored, so it must
    /// do nothing but make the outcome.
    pub fn refused<N: 'static>(self, outcome: impl FnOnce(R) -> N + Send + 'static) -> Dispatch<C, Y, N> {
        let Self { prepared, asked, .. } = self;
        let run: Decided<Y, N> = Box::new(move |call, own| asked(call, Box::new(move |refusal| own(outcome(refusal)))));
        Dispatch { prepared, run, command: PhantomData }
    }
}

/// A command, and which of the saga's events follows from which answer: made by [`dispatch`].
///
/// ```
/// use jangle::prelude::*;
#[doc = include_str!("../../doc/checkout.txt")]
/// fn release(item: &str, order: &str) -> Dispatch<ReleaseItem, Undone, ()> {
///     dispatch(ReleaseItem { item: item.to_owned(), order: order.to_owned() }).accepted(|_| Undone).refused(|_| ())
/// }
/// ```
#[must_use = "a command is sent when the receiver returns it"]
pub struct Dispatch<C, Y, N> {
    pub(super) prepared: Prepared,
    pub(super) run: Decided<Y, N>,
    command: PhantomData<fn() -> C>,
}

impl<C, T, R> fmt::Debug for DispatchWithoutAccepted<C, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DispatchWithoutAccepted").field("command", &self.prepared.command).finish_non_exhaustive()
    }
}

impl<C, R, Y> fmt::Debug for DispatchWithoutRefused<C, R, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DispatchWithoutRefused").field("command", &self.prepared.command).finish_non_exhaustive()
    }
}

impl<C, Y, N> fmt::Debug for Dispatch<C, Y, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dispatch").field("command", &self.prepared.command).finish_non_exhaustive()
    }
}
