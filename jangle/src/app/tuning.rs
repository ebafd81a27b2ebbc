//! The builder's settings, a method each.

use super::JangleBuilder;
use std::time::Duration;

/// Settings. Each can also be set with an [environment variable](crate::settings), which is read where the builder does
/// not say.
impl JangleBuilder {
    /// For how long a command waits and is retried before it is given up, with [`SendError::Contended`],
    /// [`SendError::Overloaded`] or [`SendError::Unknown`] (30 s unless set).
    ///
    /// [`SendError::Contended`]: crate::SendError::Contended
    /// [`SendError::Overloaded`]: crate::SendError::Overloaded
    /// [`SendError::Unknown`]: crate::SendError::Unknown
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .command_timeout(Duration::from_secs(5))
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().command_timeout, Duration::from_secs(5));
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn command_timeout(mut self, limit: Duration) -> Self {
        self.settings.command_timeout = Some(limit);
        self
    }

    /// For how long a query waits for the handlers that [`Asking::after`](crate::Asking::after) names before it is given
    /// up, with [`AskError::Behind`](crate::AskError::Behind) (10 s unless set).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .query_timeout(Duration::from_secs(2))
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().query_timeout, Duration::from_secs(2));
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn query_timeout(mut self, limit: Duration) -> Self {
        self.settings.query_timeout = Some(limit);
        self
    }

    /// For how long [`Jangle::shutdown`](crate::Jangle::shutdown) waits for what is running (30 s unless set).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .shutdown_timeout(Duration::from_secs(10))
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().shutdown_timeout, Duration::from_secs(10));
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn shutdown_timeout(mut self, limit: Duration) -> Self {
        self.settings.shutdown_timeout = Some(limit);
        self
    }

    /// How many commands may be under way (4096 unless set, at least 1); further senders wait.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .commands_under_way(256)
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().commands_under_way, 256);
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn commands_under_way(mut self, most: usize) -> Self {
        self.settings.commands_under_way = Some(most);
        self
    }

    /// The largest event in bytes of JSON (1 MiB unless set, at least 1). A command with a larger one gets
    /// [`SendError::TooLarge`](crate::SendError::TooLarge).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .event_size(10)
    ///     .start()
    ///     .await?;
    /// let sent = app.send(Deposit { account: "25".into(), cents: 100 }).await;
    /// assert!(matches!(sent, Err(SendError::TooLarge { size: 13, limit: 10, .. })));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn event_size(mut self, most: usize) -> Self {
        self.settings.event_size = Some(most);
        self
    }

    /// How many aggregates are kept in memory (10,000 unless set, at least 1). Others are rebuilt when a command comes for
    /// them.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .cached_aggregates(1_000)
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().cached_aggregates, 1_000);
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn cached_aggregates(mut self, most: usize) -> Self {
        self.settings.cached_aggregates = Some(most);
        self
    }

    /// How many bytes of events the aggregates in memory may stand for (256 MiB unless set).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .cached_bytes(16 << 20)
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().cached_bytes, 16 << 20);
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn cached_bytes(mut self, most: usize) -> Self {
        self.settings.cached_bytes = Some(most);
        self
    }

    /// How many events a handler reads at a time (512 unless set, from 1 to 1,000,000). A projection merges a batch in
    /// memory and stores it in one transaction.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .batch_size(100)
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().batch_size, 100);
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn batch_size(mut self, events: usize) -> Self {
        self.settings.batch_size = Some(events);
        self
    }

    /// How many events are kept in memory for the handlers that keep up (8192 unless set); one that is further behind
    /// reads the store. 0 makes all of them read the store.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .events_ready_for_dispatch_queue_size(1_000)
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().events_ready_for_dispatch_queue_size, 1_000);
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn events_ready_for_dispatch_queue_size(mut self, events: usize) -> Self {
        self.settings.events_ready_for_dispatch_queue_size = Some(events);
        self
    }

    /// How many runs of one reaction may be under way (64 unless set, from 1 to 1,000,000). Those for one aggregate run one
    /// after another in any case.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .reaction_runs(8)
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().reaction_runs, 8);
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn reaction_runs(mut self, most: usize) -> Self {
        self.settings.reaction_runs = Some(most);
        self
    }

    /// The longest pause between two attempts of a handler at an event (unlimited unless set): where the back-off of its
    /// [`retry`](crate::event::Retry) is longer, this is taken.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .failed_events_retry_interval(Duration::from_secs(30))
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().failed_events_retry_interval, Duration::from_secs(30));
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn failed_events_retry_interval(mut self, longest: Duration) -> Self {
        self.settings.failed_events_retry_interval = Some(longest);
        self
    }

    /// How long a handler may fail at an event before that is set aside, also where its [`retry`](crate::event::Retry) has
    /// attempts left (unlimited unless set). The time counts from the first failure, over restarts; with zero, every
    /// event that fails is set aside at once.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .failed_events_max_age(Duration::from_secs(600))
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().failed_events_max_age, Duration::from_secs(600));
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn failed_events_max_age(mut self, longest: Duration) -> Self {
        self.settings.failed_events_max_age = Some(longest);
        self
    }

    /// The longest pause between two attempts of a saga to go on after something other than a refusal stopped it (30 s
    /// unless set), whatever its `retry` says.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .saga_retry_interval(Duration::from_secs(5))
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().saga_retry_interval, Duration::from_secs(5));
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn saga_retry_interval(mut self, longest: Duration) -> Self {
        self.settings.saga_retry_interval = Some(longest);
        self
    }

    /// How long events for a saga that has not begun wait for the one that starts it (a week unless set); then they are
    /// let go, and the log says so.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .saga_start_timeout(Duration::from_secs(3600))
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().saga_start_timeout, Duration::from_secs(3600));
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn saga_start_timeout(mut self, limit: Duration) -> Self {
        self.settings.saga_start_timeout = Some(limit);
        self
    }

    /// How long a lease on a handler's progress lasts (5 s unless set, at least 100 ms): so long after a process died,
    /// another one on the same store takes its handlers over.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .lease(Duration::from_secs(2))
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().lease, Duration::from_secs(2));
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn lease(mut self, duration: Duration) -> Self {
        self.settings.lease = Some(duration);
        self
    }

    /// How often the store is asked for events of other processes (every 50 ms unless set, from 1 ms to 1 min). Events of this
    /// process are handled at once.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .poll(Duration::from_millis(100))
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().poll, Duration::from_millis(100));
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn poll(mut self, every: Duration) -> Self {
        self.settings.poll = Some(every);
        self
    }

    /// After how long a command, a run of a handler or a query is logged as slow (1 s unless set).
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .slow_after(Duration::from_millis(200))
    ///     .start()
    ///     .await?;
    /// assert_eq!(app.settings().slow_after, Duration::from_millis(200));
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn slow_after(mut self, limit: Duration) -> Self {
        self.settings.slow_after = Some(limit);
        self
    }

    /// In how many lanes the events of each handler are handled side by side (1 unless set, at most 64). Each lane has
    /// its share of the aggregates, so the events of one aggregate stay in order. Processes on one store share the
    /// lanes, and the number can be another one at each start.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/balance.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .lanes(4)
    ///     .start()
    ///     .await?;
    /// app.send(Deposit { account: "25".into(), cents: 100 }).await?;
    /// app.settle(Duration::from_secs(5)).await?;
    /// assert_eq!(app.query(BalanceOf { account: "25".into() }).await?.map(|balance| balance.cents), Some(100));
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn lanes(mut self, lanes: usize) -> Self {
        self.settings.lanes = Some(lanes);
        self
    }
}
