//! Setting up what an application is made of.

use super::JangleBuilder;
use crate::model::{Model, ModelItem};

impl JangleBuilder {
    /// Takes only what stands in the module `path` or below it, such as `"shop::orders"`. Can be repeated. Without it,
    /// everything that is linked is taken. It says nothing of what [`with`](Self::with) names.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    ///     .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .start()
    ///     .await?;
    /// assert!(app.model().aggregates().all(|aggregate| aggregate.meta.module == module_path!()));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn only(mut self, path: impl Into<String>) -> Self {
        self.choice.restrict(path.into());
        self
    }

    /// Takes the item `T`: an aggregate or a view by its type, a handler by the name of its function. Can be repeated.
    ///
    /// Where it is said at all, only items that are named are taken, and nothing of what the linker collected: for a test
    /// that wants a model of its own, and for Miri and WebAssembly, where no linker collects anything.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    ///     .with::<Account>()
    ///     .with::<Balance>()
    ///     .with::<count_deposits>()
    ///     .with::<balance_of>()
    ///     .store(MemoryStore::new())
    ///     .start()
    ///     .await?;
    /// let receipt = app.send(Deposit { account: "25".into(), cents: 100 }).await?;
    /// let balance = app.query(BalanceOf { account: "25".into() }).after(&receipt).await?;
    /// assert_eq!(balance.map(|row| row.cents), Some(100));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with<T: ModelItem>(mut self) -> Self {
        self.choice.add::<T>();
        self
    }

    /// What the application would be made of.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    /// // A test of a program, which needs neither a store nor a runtime.
    /// Jangle::builder()
    /// #   .only(module_path!())
    ///     .model()
    ///     .check()
    ///     .unwrap();
    /// ```
    pub fn model(&self) -> Model {
        Model::new(&self.choice, self.states.keys().copied().collect())
    }

    /// Passes over events that are stored under `name` where they are not known, or cannot be decoded: an aggregate is
    /// rebuilt without them, and a handler counts them as handled. Can be repeated.
    ///
    /// Without it, an aggregate that meets such an event cannot be rebuilt
    /// ([`SendError::Rebuild`](crate::SendError::Rebuild)), because what it decided without it could be wrong. So it is
    /// for events that no rule depends on any more.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .ignore_event("bank.slogan_printed") // its type is gone
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn ignore_event(mut self, name: impl Into<String>) -> Self {
        self.ignored_events.insert(name.into());
        self
    }
}
