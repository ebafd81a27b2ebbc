//! What a person can do about sagas.

use super::{instance::Instance, logic::SagaLogic};
use crate::{
    app::Jangle,
    error::SagaError,
    store::{SagaFilter, SagaId, SagaStatus, SagaSummary},
};

/// The sagas of an application, to be listed and told what to do: see [`Jangle::sagas`].
///
/// ```
/// use jangle::{prelude::*, store::SagaStatus};
#[doc = include_str!("../../doc/checkout.txt")]
#[doc = include_str!("../../doc/checkout_running.txt")]
/// for saga in app.sagas().with_status(SagaStatus::Failed).list().await? {
///     println!("{}: {}", saga.id, saga.error.unwrap_or_default());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "it does something only when it is asked"]
pub struct Sagas {
    app: Jangle,
    filter: SagaFilter,
}

impl Sagas {
    pub(crate) fn new(app: Jangle) -> Self {
        Self { app, filter: SagaFilter::default() }
    }

    /// Only those of type `S`.
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// assert_eq!(app.sagas().of::<Checkout>().list().await?.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn of<S: super::Saga>(self) -> Self {
        self.named(S::META.name)
    }

    /// Only those of the type with this name.
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// assert_eq!(app.sagas().named("checkout").list().await?.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn named(mut self, saga: &str) -> Self {
        self.filter.saga = Some(saga.into());
        self
    }

    /// Only those that stand so.
    ///
    /// ```
    /// use jangle::{prelude::*, store::SagaStatus};
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// assert_eq!(app.sagas().with_status(SagaStatus::Completed).list().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_status(mut self, status: SagaStatus) -> Self {
        self.filter.status = Some(status);
        self
    }

    /// Only those after this one, in the order of type and id: for the next page.
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// let first = app.sagas().limit(1).list().await?;
    /// let rest = app.sagas().after(first[0].id.clone()).list().await?;
    /// assert_eq!((first[0].id.id(), rest[0].id.id()), ("7", "8"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn after(mut self, id: SagaId) -> Self {
        self.filter.after = Some(id);
        self
    }

    /// At most so many; 100 unless said.
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// assert_eq!(app.sagas().limit(1).list().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn limit(mut self, limit: usize) -> Self {
        self.filter.limit = limit;
        self
    }

    /// Lists them, in the order of type and id.
    ///
    /// # Errors
    /// [`SagaError::Store`].
    ///
    /// ```
    /// use jangle::prelude::*;
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// assert_eq!(app.sagas().list().await?.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn list(self) -> Result<Vec<SagaSummary>, SagaError> {
        Ok(self.app.stores().sagas.list_sagas(self.filter).await?)
    }

    /// Has a saga go on now that gave up, or that waits for its next attempt. Its attempts count from the beginning.
    ///
    /// # Errors
    /// [`SagaError::NotFound`]; [`SagaError::Over`] where it is over; [`SagaError::Store`].
    ///
    /// ```
    /// use jangle::{error::SagaError, prelude::*};
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// let over = app.sagas().of::<Checkout>().retry("7").await;
    /// assert!(matches!(over, Err(SagaError::Over { .. })));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retry(self, id: &str) -> Result<(), SagaError> {
        self.change(id, |saga| {
            saga.progress.gave_up = false;
            saga.progress.failing = None;
            saga.stored.error = None;
            if let Some(pending) = &mut saga.progress.pending {
                pending.commands.iter_mut().for_each(|command| command.again_at = None);
            }
        })
        .await
    }

    /// Ends a saga as it stands: nothing that it did is undone, and what comes for it is let go.
    ///
    /// # Errors
    /// As [`retry`](Self::retry).
    ///
    /// ```
    /// use jangle::{error::SagaError, prelude::*};
    #[doc = include_str!("../../doc/checkout.txt")]
    #[doc = include_str!("../../doc/checkout_running.txt")]
    /// let nobody = app.sagas().of::<Checkout>().abandon("9").await;
    /// assert!(matches!(nobody, Err(SagaError::NotFound { .. })));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn abandon(self, id: &str) -> Result<(), SagaError> {
        self.change(id, |saga| saga.end(SagaStatus::Abandoned)).await
    }

    /// The code of the type that was named.
    fn logic(&self) -> Result<&'static SagaLogic, SagaError> {
        let model = self.app.model();
        let name = self.filter.saga.as_deref().unwrap_or_default();
        let entry = model.sagas().chain(model.program().sagas()).find(|entry| entry.meta.name == name);
        entry.map(|entry| entry.logic).ok_or_else(|| SagaError::NoSuchType { saga: name.to_owned() })
    }

    /// Changes a saga that is not over, however often somebody else saves it meanwhile.
    async fn change(self, id: &str, change: impl Fn(&mut Instance)) -> Result<(), SagaError> {
        let (core, logic) = (self.app.core(), self.logic()?);
        let id = SagaId::new(logic.meta.name, id);
        loop {
            let Some(stored) = core.stores.sagas.load_saga(id.clone()).await? else {
                return Err(SagaError::NotFound { id });
            };
            if stored.status.is_over() {
                return Err(SagaError::Over { id, status: stored.status });
            }
            let unreadable = |reason| SagaError::Unreadable { id: id.clone(), reason };
            let saga = Instance::new(logic, stored, &core.extensions.codec, core.settings.saga_start_timeout);
            let mut saga = saga.map_err(unreadable)?;
            change(&mut saga);
            let save = saga.save(Vec::new(), Vec::new(), core.environment.now()).map_err(unreadable)?;
            if core.stores.sagas.save_saga(save).await? {
                self.app.tell_sagas();
                return Ok(());
            }
        }
    }
}
