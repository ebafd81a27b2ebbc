//! What becomes of a refusal whose sender is a saga: the event that follows is stored with the spent id.

use crate::{
    delivery::panic_message,
    saga::{Own, OwnEvent},
};
use std::{
    any::Any,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Makes the event that follows from a refusal, once; and holds it until the sender asks.
#[derive(Clone)]
pub(crate) struct Spending(Arc<Mutex<State>>);

type Make = Box<dyn FnOnce(Box<dyn Any + Send>) -> Own + Send>;

enum State {
    Ready(Make),
    Made(Own),
}

impl Spending {
    /// By a function of refusals `R`.
    pub(crate) fn new<R: Send + 'static>(make: impl FnOnce(R) -> Own + Send + 'static) -> Self {
        let make: Make = Box::new(move |refusal| match refusal.downcast::<R>() {
            Ok(refusal) => make(*refusal),
            Err(_) => Err("the refusal is of another type".to_owned()),
        });
        Self(Arc::new(Mutex::new(State::Ready(make))))
    }

    /// For a command that is tried again as another one.
    pub(crate) fn without_outcome<R: Send + 'static>() -> Self {
        Self::new(|_: R| Ok(None))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the function has run.
    pub(crate) fn is_used_up(&self) -> bool {
        matches!(*self.state(), State::Made(_))
    }

    /// Makes the event, as it is stored; none where that was done, for a decision that came to nothing.
    pub(super) fn make(&self, refusal: Box<dyn Any + Send>) -> Option<Result<Option<String>, String>> {
        let mut state = self.state();
        match std::mem::replace(&mut *state, State::Made(Ok(None))) {
            State::Made(own) => {
                *state = State::Made(own);
                None
            }
            State::Ready(make) => {
                let made = catch_unwind(AssertUnwindSafe(|| make(refusal)));
                let own = made.unwrap_or_else(|panic| Err(panic_message(&*panic)));
                *state = State::Made(own.clone());
                Some(own.and_then(|own| own.map(|own| own.to_stored()).transpose()))
            }
        }
    }

    /// Takes over what is stored with a spent id.
    pub(super) fn found(&self, stored: Option<&str>) {
        *self.state() = State::Made(stored.map(OwnEvent::from_stored).transpose());
    }

    /// The event that follows from the refusal.
    pub(crate) fn outcome(&self) -> Own {
        match &*self.state() {
            State::Made(own) => own.clone(),
            State::Ready(_) => Ok(None),
        }
    }
}

impl fmt::Debug for Spending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spending").finish_non_exhaustive()
    }
}
