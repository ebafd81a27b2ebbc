//! What the parameters of a run of a handler or query are made of.

use crate::{
    app::{Commands, Jangle, Queries},
    error::HandlerError,
    event::{Metadata, State},
    store::StoredEvent,
    view::{Merge, Merged, Merges, View, ViewRow},
};
use std::sync::Arc;

/// What the parameters of one run are made of. Only the macros see it.
#[derive(Debug)]
pub struct HandlerContext {
    app: Jangle,
    run: Option<EventRun>,
}

/// The event that is handled, and by whom.
#[derive(Debug)]
struct EventRun {
    event: Arc<StoredEvent>,
    handler: &'static str,
    merged: Merged,
}

impl HandlerContext {
    /// For a query.
    pub(crate) fn query(app: Jangle) -> Self {
        Self { app, run: None }
    }

    /// For a run of `handler` on `event`, whose merges go to `merged`.
    pub(crate) fn event(app: Jangle, event: Arc<StoredEvent>, handler: &'static str, merged: Merged) -> Self {
        Self { app, run: Some(EventRun { event, handler, merged }) }
    }

    pub(crate) fn state<T: Send + Sync + 'static>(&self) -> Result<State<T>, HandlerError> {
        self.app.find_state().map(State::new).ok_or_else(|| {
            HandlerError::msg(format!("the builder was not given a state of type `{}`", std::any::type_name::<T>()))
        })
    }

    /// Whether an event that cannot be decoded may be passed over.
    pub(crate) fn ignores(&self, event: &StoredEvent) -> bool {
        self.app.core().extensions.ignored_events.contains(&*event.name)
    }

    pub(crate) fn commands(&self) -> Commands {
        Commands::new(self.app.clone(), self.run.as_ref().map(|run| (run.handler, Arc::clone(&run.event))))
    }

    pub(crate) fn queries(&self) -> Queries {
        Queries::new(self.app.clone())
    }

    pub(crate) fn metadata(&self) -> Metadata {
        self.run.as_ref().map(|run| run.event.metadata.clone()).unwrap_or_default()
    }

    pub(crate) fn merge<V: ViewRow>(&self) -> Result<Merge<V>, HandlerError> {
        let Some(run) = &self.run else {
            return Err(HandlerError::msg("only an event handler merges"));
        };
        Ok(Merge::new(Merges::new(Arc::clone(&run.event), run.handler, run.merged.clone())))
    }

    pub(crate) fn view<V: ViewRow>(&self) -> Result<View<V>, HandlerError> {
        Ok(View::new(Arc::clone(&self.app.stores().views)))
    }
}
