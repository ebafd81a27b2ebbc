//! Events on the stream of another aggregate.

use std::marker::PhantomData;

/// An event for another aggregate than the one that decides, stored in the same transaction.
///
/// It is appended to whatever is there ([`On::new`]), or only where nothing is there ([`On::create`]).
#[derive(Debug)]
pub struct On<A, E> {
    pub(crate) id: String,
    pub(crate) must_be_new: bool,
    pub(crate) event: E,
    aggregate: PhantomData<fn() -> A>,
}

impl<A, E> On<A, E> {
    /// Appends `event` to the stream of the aggregate `A` with this id, whatever is there.
    pub fn new(id: impl Into<String>, event: E) -> Self {
        Self { id: id.into(), must_be_new: false, event, aggregate: PhantomData }
    }

    /// Begins the stream of the aggregate `A` with this id with `event`; where it exists, nothing of the command is
    /// stored and the caller gets [`SendError::Exists`](crate::SendError::Exists).
    pub fn create(id: impl Into<String>, event: E) -> Self {
        Self { must_be_new: true, ..Self::new(id, event) }
    }
}
