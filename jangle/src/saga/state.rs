//! A saga as it stands, for tests and tools.

use super::{
    Saga,
    instance::Instance,
    logic::{LogicOf, rebuilt},
};
use crate::{
    Timestamp,
    app::Jangle,
    error::SagaError,
    store::{SagaId, SagaStatus},
};

/// A saga as it stands: see [`Jangle::saga`].
///
/// ```
/// use jangle::{prelude::*, store::SagaStatus};
#[doc = include_str!("../../doc/checkout.txt")]
#[doc = include_str!("../../doc/checkout_running.txt")]
/// let done = app.saga::<Checkout>("7").await?.expect("an order was placed");
/// assert!(done.is_complete());
/// let failed = app.saga::<Checkout>("8").await?.expect("an order was placed");
/// assert_eq!((failed.status(), failed.error()), (SagaStatus::Failed, Some("out of stock")));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SagaState<S> {
    state: S,
    status: SagaStatus,
    error: Option<String>,
    deadline: Option<Timestamp>,
    events: Vec<String>,
    pending: Vec<String>,
}

impl<S: Saga> SagaState<S> {
    pub(crate) async fn load(app: &Jangle, id: &str) -> Result<Option<Self>, SagaError> {
        let (core, id) = (app.core(), SagaId::new(S::META.name, id));
        let Some(stored) = core.stores.sagas.load_saga(id.clone()).await? else { return Ok(None) };
        let logic = &LogicOf::<S>::LOGIC;
        let unreadable = |reason| SagaError::Unreadable { id: id.clone(), reason };
        let saga = Instance::new(logic, stored, &core.extensions.codec, core.settings.saga_start_timeout);
        let saga = saga.map_err(unreadable)?;
        let pending = saga.progress.pending.iter().flat_map(|pending| &pending.commands);
        Ok(Some(Self {
            state: rebuilt(&saga.seen).map_err(unreadable)?,
            deadline: saga.deadline(),
            events: saga.seen.iter().map(|event| event.name.to_string()).collect(),
            pending: pending.map(|command| command.prepared.command.clone()).collect(),
            status: saga.stored.status,
            error: saga.stored.error,
        }))
    }
}

impl<S> SagaState<S> {
    /// Its state, rebuilt from what it has seen.
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// let done = app.saga::<Checkout>("7").await?.expect("an order was placed");
    /// assert_eq!(done.state().outcome, "reserved");
    /// # Ok(())
    /// # }
    /// ```
    pub fn state(&self) -> &S {
        &self.state
    }

    /// Whether it has reached what it was for.
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// assert!(app.saga::<Checkout>("7").await?.expect("an order was placed").is_complete());
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_complete(&self) -> bool {
        self.status == SagaStatus::Completed
    }

    /// How it stands.
    ///
    /// ```
    /// use jangle::{prelude::*, store::SagaStatus};
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// let saga = app.saga::<Checkout>("8").await?.expect("an order was placed");
    /// assert_eq!(saga.status(), SagaStatus::Failed);
    /// # Ok(())
    /// # }
    /// ```
    pub fn status(&self) -> SagaStatus {
        self.status
    }

    /// Why it failed, or what keeps it from going on.
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// let saga = app.saga::<Checkout>("8").await?.expect("an order was placed");
    /// assert_eq!(saga.error(), Some("out of stock"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// Its deadline, until it has passed and had its effect.
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// let saga = app.saga::<Checkout>("7").await?.expect("an order was placed");
    /// assert_eq!(saga.deadline(), None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn deadline(&self) -> Option<Timestamp> {
        self.deadline
    }

    /// The stored names of the events that it has seen, its own among them, in that order.
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// let saga = app.saga::<Checkout>("7").await?.expect("an order was placed");
    /// assert_eq!(saga.events(), ["OrderPlaced", "Reserved"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn events(&self) -> &[String] {
        &self.events
    }

    /// The names of the commands whose answers it waits for.
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// let saga = app.saga::<Checkout>("7").await?.expect("an order was placed");
    /// assert!(saga.pending().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn pending(&self) -> &[String] {
        &self.pending
    }
}
