//! The way through the interceptors.

use super::{Call, CallOutcome, Interceptor};
use crate::store::BoxFuture;
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// The interceptors of an application, outermost first.
#[derive(Clone, Default)]
pub(crate) struct Interceptors(Vec<Arc<dyn Interceptor>>);

/// The innermost step: takes the command or query out of the call, and runs it.
type Last = Box<dyn FnOnce(&mut Call) -> BoxFuture<'static, CallOutcome> + Send>;

/// What an interceptor stands around: the interceptors inside it, and in the end the command or query.
pub struct Next<'a> {
    rest: &'a [Arc<dyn Interceptor>],
    last: Last,
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("interceptors", &self.rest.len()).finish_non_exhaustive()
    }
}

impl Next<'_> {
    /// Lets `call` pass, and answers what it came to.
    ///
    /// Whoever drops the future does not undo a command that is under way: its sender then gets
    /// [`SendError::Unknown`](crate::SendError::Unknown).
    ///
    /// ```
    /// use jangle::{Interceptor, interceptor::{Call, CallOutcome, Next}, store::BoxFuture};
    ///
    /// struct Quiet;
    ///
    /// impl Interceptor for Quiet {
    ///     fn around<'a>(&'a self, call: &'a mut Call, next: Next<'a>) -> BoxFuture<'a, CallOutcome> {
    ///         next.run(call)
    ///     }
    /// }
    /// ```
    pub fn run<'b>(self, call: &'b mut Call) -> BoxFuture<'b, CallOutcome>
    where
        Self: 'b,
    {
        match self.rest.split_first() {
            Some((first, rest)) => first.around(call, Next { rest, last: self.last }),
            None => (self.last)(call),
        }
    }
}

impl Interceptors {
    pub(crate) fn push(&mut self, interceptor: impl Interceptor) {
        self.0.push(Arc::new(interceptor));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sends `call` through all of them to `last`.
    pub(crate) async fn pass(&self, call: &mut Call, last: Last) -> CallOutcome {
        Next { rest: &self.0, last }.run(call).await
    }
}

/// Carries the typed answer past the interceptors, which see its class only.
pub(crate) struct Passage<T>(Arc<Mutex<Reached<T>>>);

/// How far a call came.
pub(crate) enum Reached<T> {
    /// Nothing was run.
    Nothing,
    /// It was run, and an interceptor did not wait for the end.
    Begun,
    Answer(T),
}

impl<T> Clone for Passage<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Passage<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Reached::Nothing)))
    }

    pub(crate) fn begin(&self) {
        self.put(Reached::Begun);
    }

    pub(crate) fn end(&self, answer: T) {
        self.put(Reached::Answer(answer));
    }

    pub(crate) fn reached(&self) -> Reached<T> {
        std::mem::replace(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner), Reached::Nothing)
    }

    fn put(&self, reached: Reached<T>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = reached;
    }
}
